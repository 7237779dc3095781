// Expands the events of a SAM function to routes, event source mappings, subscriptions, rules and bucket notifications.
import { isRecord } from "../../foundation/is-record.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { executeApiArn, type Properties, permission } from "../generated-resource.ts"
import type { Report } from "../report.ts"
import type { ResourceBody } from "../source/stack.ts"
import { httpAuthorizationOf } from "./expand-http-authorizers.ts"
import { addRestEvent } from "./expand-rest-api.ts"
import { expandRule } from "./expand-rule.ts"
import { expandSchedule } from "./expand-schedule.ts"

/** The API of HttpApi events that name none. */
export const implicitHttpApi = "ServerlessHttpApi"

/** `id`: the logical id of what the event generates, or its prefix. */
export type FunctionEvent = { id: string; functionId: string; properties: Properties }

export type EventScope = {
  resources: Map<string, ResourceBody>
  /** The properties of each REST API that SAM generates, by logical id. */
  restApis: ReadonlyMap<string, Properties>
  /** The properties of each HTTP API that SAM generates, by logical id. */
  httpApis: ReadonlyMap<string, Properties>
  report: Report
}

/** Adds the resources that the function's events generate. */
export function expandEvents(
  functionId: string,
  events: Properties,
  { resources, restApis, httpApis, report }: EventScope,
): void {
  for (const [eventId, event] of Object.entries(events)) {
    if (!isRecord(event)) continue
    const properties = isRecord(event.Properties) ? event.Properties : {}
    const added: FunctionEvent = { id: `${functionId}${eventId}`, functionId, properties }
    switch (event.Type) {
      case "HttpApi":
        addRoute(added, httpApis, resources)
        break
      case "SQS":
        addMapping("Queue", added, resources)
        break
      case "DynamoDB":
      case "Kinesis":
        addMapping("Stream", added, resources)
        break
      case "SNS":
        addSubscription(added, resources)
        break
      case "EventBridgeRule":
      case "CloudWatchEvent":
      case "Schedule":
        addRule(added, resources)
        break
      case "ScheduleV2":
        addSchedule(added, resources)
        break
      case "S3":
        addNotification(added, resources)
        break
      case "Api":
        addRestEvent(added, restApis, resources)
        break
      default: {
        const message = `Its event ${eventId} of type ${String(event.Type)} is not served, so it never invokes the function.`
        report.notice({ logicalId: functionId, type: "AWS::Serverless::Function" }, message)
      }
    }
  }
}

function addRoute(
  { id, functionId, properties }: FunctionEvent,
  httpApis: ReadonlyMap<string, Properties>,
  resources: Map<string, ResourceBody>,
): void {
  const { ApiId, Method = "ANY", Path, PayloadFormatVersion = "2.0", TimeoutInMillis } = properties
  const apiId = isRecord(ApiId) && typeof ApiId.Ref === "string" ? ApiId.Ref : implicitHttpApi
  // A mark for the implicit API, which is generated once after all events.
  if (!resources.has(apiId)) resources.set(apiId, { Type: "AWS::Serverless::HttpApi" })
  const source = { SourceArn: executeApiArn(apiId, "*") }
  resources.set(`${id}Permission`, permission({ Ref: functionId }, "apigateway.amazonaws.com", source))
  const api = httpApis.get(apiId)
  // The definition has the route.
  if (isRecord(api?.DefinitionBody)) return
  const method = String(Method).toUpperCase().replace("*", "ANY")
  resources.set(`${id}Integration`, {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: apiId },
      IntegrationType: "AWS_PROXY",
      IntegrationUri: { "Fn::GetAtt": [functionId, "Arn"] },
      PayloadFormatVersion,
      ...withoutUndefined({ TimeoutInMillis }),
    },
  })
  resources.set(`${id}Route`, {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: { Ref: apiId },
      RouteKey: Path === undefined ? "$default" : `${method} ${String(Path)}`,
      Target: { "Fn::Sub": `integrations/\${${id}Integration}` },
      ...httpAuthorizationOf(apiId, api?.Auth, properties.Auth),
    },
  })
}

/** @param source the property with the ARN of the queue or stream */
function addMapping(
  source: "Queue" | "Stream",
  { id, functionId, properties }: FunctionEvent,
  resources: Map<string, ResourceBody>,
): void {
  const { [source]: EventSourceArn, ...rest } = properties
  resources.set(id, {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: { EventSourceArn, FunctionName: { Ref: functionId }, ...rest },
  })
}

function addSubscription({ id, functionId, properties }: FunctionEvent, resources: Map<string, ResourceBody>): void {
  const { Topic, FilterPolicy, FilterPolicyScope, RedrivePolicy } = properties
  resources.set(id, {
    Type: "AWS::SNS::Subscription",
    Properties: {
      TopicArn: Topic,
      Protocol: "lambda",
      Endpoint: { "Fn::GetAtt": [functionId, "Arn"] },
      ...withoutUndefined({ FilterPolicy, FilterPolicyScope, RedrivePolicy }),
    },
  })
  resources.set(`${id}Permission`, permission({ Ref: functionId }, "sns.amazonaws.com", { SourceArn: Topic }))
}

/** A rule of a pattern or of a schedule. */
function addRule({ id, functionId, properties }: FunctionEvent, resources: Map<string, ResourceBody>): void {
  resources.set(id, expandRule({ Id: `${id}Target`, Arn: { "Fn::GetAtt": [functionId, "Arn"] } }, properties))
  const SourceArn = { "Fn::GetAtt": [id, "Arn"] }
  resources.set(`${id}Permission`, permission({ Ref: functionId }, "events.amazonaws.com", { SourceArn }))
}

function addSchedule({ id, functionId, properties }: FunctionEvent, resources: Map<string, ResourceBody>): void {
  const target = { arn: { "Fn::GetAtt": [functionId, "Arn"] }, action: "lambda:InvokeFunction" }
  for (const [logicalId, resource] of expandSchedule(id, target, properties)) resources.set(logicalId, resource)
}

function addNotification({ id, functionId, properties }: FunctionEvent, resources: Map<string, ResourceBody>): void {
  const { Bucket, Events, Filter } = properties
  // AWS: the bucket must be in the same template (template-sam-s3-event)
  const bucketId = isRecord(Bucket) ? Bucket.Ref : Bucket
  const bucket = typeof bucketId === "string" ? resources.get(bucketId) : undefined
  if (!bucket) return
  const own = isRecord(bucket.Properties?.NotificationConfiguration) ? bucket.Properties.NotificationConfiguration : {}
  const existing = Array.isArray(own.LambdaConfigurations) ? own.LambdaConfigurations : []
  const added = [Events]
    .flat()
    .map((Event) => ({ Event, Function: { "Fn::GetAtt": [functionId, "Arn"] }, ...withoutUndefined({ Filter }) }))
  bucket.Properties = {
    ...bucket.Properties,
    NotificationConfiguration: { ...own, LambdaConfigurations: [...existing, ...added] },
  }
  resources.set(
    `${id}Permission`,
    permission({ Ref: functionId }, "s3.amazonaws.com", { SourceAccount: { Ref: "AWS::AccountId" } }),
  )
}

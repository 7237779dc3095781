// SAM's events: what invokes a function, as the routes, mappings and notifications that they stand for.
import { isRecord } from "../../foundation/is-record.ts"
import type { Report } from "../report.ts"
import { given, type Properties, permission, type Resources } from "./properties.ts"

/** Adds to `resources` what the function's events ask for. */
export function expandEvents(functionId: string, events: Properties, resources: Resources, report: Report): void {
  for (const [eventId, event] of Object.entries(events)) {
    if (!isRecord(event)) continue
    const properties = isRecord(event.Properties) ? event.Properties : {}
    const id = `${functionId}${eventId}`
    if (event.Type === "HttpApi") addRoute(id, functionId, properties, resources)
    else if (event.Type === "SQS") addMapping(id, functionId, properties, resources)
    else if (event.Type === "S3") addNotification(id, functionId, properties, resources)
    else {
      const message = `Its event ${eventId} of type ${String(event.Type)} is not served, so it never invokes the function.`
      report.notice({ logicalId: functionId, type: "AWS::Serverless::Function" }, message)
    }
  }
}

function addRoute(id: string, functionId: string, properties: Properties, resources: Resources): void {
  const { ApiId, Method = "ANY", Path, PayloadFormatVersion = "2.0", TimeoutInMillis } = properties
  const apiId = isRecord(ApiId) && typeof ApiId.Ref === "string" ? ApiId.Ref : "ServerlessHttpApi"
  // The implicit API is made by whoever sees that it was asked for.
  resources[apiId] ??= { Type: "AWS::Serverless::HttpApi" }
  const method = String(Method).toUpperCase().replace("*", "ANY")
  const routeKey = Path === undefined ? "$default" : `${method} ${String(Path)}`
  resources[`${id}Integration`] = {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: apiId },
      IntegrationType: "AWS_PROXY",
      IntegrationUri: { "Fn::GetAtt": [functionId, "Arn"] },
      PayloadFormatVersion,
      ...given({ TimeoutInMillis }),
    },
  }
  resources[`${id}Route`] = {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: { Ref: apiId },
      RouteKey: routeKey,
      Target: { "Fn::Sub": `integrations/\${${id}Integration}` },
    },
  }
  const source = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${apiId}}/*`
  resources[`${id}Permission`] = permission({ Ref: functionId }, "apigateway.amazonaws.com", {
    SourceArn: { "Fn::Sub": source },
  })
}

function addMapping(id: string, functionId: string, properties: Properties, resources: Resources): void {
  const { Queue, ...rest } = properties
  resources[id] = {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: { EventSourceArn: Queue, FunctionName: { Ref: functionId }, ...rest },
  }
}

function addNotification(id: string, functionId: string, properties: Properties, resources: Resources): void {
  const { Bucket, Events, Filter } = properties
  // AWS: the bucket must be in the same template (template-sam-s3-event)
  const bucketId = isRecord(Bucket) ? Bucket.Ref : Bucket
  const bucket = typeof bucketId === "string" ? resources[bucketId] : undefined
  if (!bucket) return
  const own = isRecord(bucket.Properties?.NotificationConfiguration) ? bucket.Properties.NotificationConfiguration : {}
  const existing = Array.isArray(own.LambdaConfigurations) ? own.LambdaConfigurations : []
  const added = [Events]
    .flat()
    .map((Event) => ({ Event, Function: { "Fn::GetAtt": [functionId, "Arn"] }, ...given({ Filter }) }))
  bucket.Properties = {
    ...bucket.Properties,
    NotificationConfiguration: { ...own, LambdaConfigurations: [...existing, ...added] },
  }
  resources[`${id}Permission`] = permission({ Ref: functionId }, "s3.amazonaws.com", {
    SourceAccount: { Ref: "AWS::AccountId" },
  })
}

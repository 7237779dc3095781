// SAM: turns `AWS::Serverless::*` resources into the CloudFormation resources that they stand for, before anything is
// resolved. AWS: each SAM resource becomes the documented CloudFormation resources (template-sam)
import { isRecord } from "../../foundation/is-record.ts"
import type { Report } from "../report.ts"
import type { ResourceBody, TemplateBody } from "../source/stack.ts"
import { expandEvents } from "./expand-events.ts"
import { expandFunction } from "./expand-function.ts"
import { expandWebSocketApi } from "./expand-websocket-api.ts"
import { codeAt, given, type Properties, type Resources } from "./properties.ts"

/** The template with every resource of SAM's that is known replaced; a template without any as it is. */
export function expandServerless(body: TemplateBody, report: Report): TemplateBody {
  const entries = Object.entries(body.Resources)
  if (!entries.some(([, { Type }]) => Type.startsWith("AWS::Serverless::"))) return body
  const globals = (name: string): Properties => (isRecord(body.Globals?.[name]) ? body.Globals[name] : {})
  const resources: Resources = {}
  for (const [logicalId, resource] of entries) {
    const properties = resource.Properties ?? {}
    switch (resource.Type) {
      case "AWS::Serverless::Function":
        Object.assign(
          resources,
          expandFunction(logicalId, resource, withGlobals(globals("Function"), properties), report),
        )
        break
      case "AWS::Serverless::HttpApi":
        Object.assign(resources, expandHttpApi(logicalId, resource, withGlobals(globals("HttpApi"), properties)))
        break
      case "AWS::Serverless::WebSocketApi":
        Object.assign(
          resources,
          expandWebSocketApi(logicalId, resource, withGlobals(globals("WebSocketApi"), properties)),
        )
        break
      case "AWS::Serverless::SimpleTable":
        resources[logicalId] = expandSimpleTable(resource, properties)
        break
      case "AWS::Serverless::LayerVersion":
        resources[logicalId] = expandLayer(logicalId, resource, properties)
        break
      case "AWS::Serverless::Application":
        resources[logicalId] = { ...resource, Type: "AWS::CloudFormation::Stack" }
        break
      default:
        if (resource.Type.startsWith("AWS::Serverless::")) {
          report.notice({ logicalId, type: resource.Type }, `${resource.Type} is not served.`)
        }
        resources[logicalId] = structuredClone(resource)
    }
  }
  // Events come last: they add to buckets and APIs, wherever in the template those stand.
  for (const [logicalId, resource] of entries) {
    if (resource.Type !== "AWS::Serverless::Function" || !isRecord(resource.Properties?.Events)) continue
    expandEvents(logicalId, resource.Properties.Events, resources, report)
  }
  if (resources.ServerlessHttpApi && !body.Resources.ServerlessHttpApi) {
    const implicit: ResourceBody = { Type: "AWS::Serverless::HttpApi" }
    Object.assign(resources, expandHttpApi("ServerlessHttpApi", implicit, globals("HttpApi")))
  }
  return { ...body, Resources: resources }
}

/** AWS: maps are merged, lists are concatenated, and the resource's own value wins (template-sam-globals) */
function withGlobals(globals: Properties, own: Properties): Properties {
  const merged: Properties = { ...globals, ...own }
  for (const [name, value] of Object.entries(own)) {
    const general = globals[name]
    if (Array.isArray(general) && Array.isArray(value)) merged[name] = [...general, ...value]
    else if (isRecord(general) && isRecord(value)) merged[name] = withGlobals(general, value)
  }
  return merged
}

function expandHttpApi(logicalId: string, resource: ResourceBody, properties: Properties): Resources {
  const {
    Name,
    CorsConfiguration,
    StageName = "$default",
    StageVariables,
    DefaultRouteSettings,
    RouteSettings,
    AccessLogSettings,
  } = properties
  const stageId =
    StageName === "$default" ? `${logicalId}ApiGatewayDefaultStage` : `${logicalId}${String(StageName)}Stage`
  // AWS: `true` allows every origin (template-sam-cors)
  const cors = CorsConfiguration === true ? { AllowOrigins: ["*"] } : CorsConfiguration
  return {
    [logicalId]: {
      ...resource,
      Type: "AWS::ApiGatewayV2::Api",
      Properties: {
        Name: Name ?? { Ref: "AWS::StackName" },
        ProtocolType: "HTTP",
        ...given({ CorsConfiguration: cors }),
      },
    },
    [stageId]: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: {
        ApiId: { Ref: logicalId },
        StageName,
        AutoDeploy: true,
        ...given({ StageVariables, DefaultRouteSettings, RouteSettings, AccessLogSettings }),
      },
    },
  }
}

function expandSimpleTable(resource: ResourceBody, properties: Properties): ResourceBody {
  const { Name = "id", Type = "String" } = isRecord(properties.PrimaryKey) ? properties.PrimaryKey : {}
  return {
    ...resource,
    Type: "AWS::DynamoDB::Table",
    Properties: {
      ...given({ TableName: properties.TableName }),
      AttributeDefinitions: [{ AttributeName: Name, AttributeType: String(Type).charAt(0) }],
      KeySchema: [{ AttributeName: Name, KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    },
  }
}

function expandLayer(logicalId: string, resource: ResourceBody, properties: Properties): ResourceBody {
  return {
    ...resource,
    Type: "AWS::Lambda::LayerVersion",
    Properties: { LayerName: properties.LayerName ?? logicalId, Content: codeAt(properties.ContentUri) },
  }
}

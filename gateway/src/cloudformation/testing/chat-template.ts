// A chat template for tests: `$connect` and `send`, one function, one stage. Each test changes the part that it is about.
import type { Definition } from "../../definition/definition.ts"
import { readDefinition } from "../read-definition.ts"
import type { ResourceBody } from "../source/stack.ts"
import { stackOf } from "./stack-of.ts"

/** By logical id: properties that are merged into a resource, a whole resource with a `Type`, or `undefined` to remove it. */
export type Changes = Record<string, Record<string, unknown> | ResourceBody | undefined>

/** Removes the property from which it is set. */
export const noValue = { Ref: "AWS::NoValue" }

export const invocationUri = {
  "Fn::Sub": `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Function.Arn}/invocations`,
}

const trustPolicy = {
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
}

export function chatResources(changes: Changes = {}): Record<string, ResourceBody> {
  const route = (RouteKey: string): ResourceBody => ({
    Type: "AWS::ApiGatewayV2::Route",
    Properties: { ApiId: { Ref: "Api" }, RouteKey, Target: { "Fn::Sub": `integrations/\${Integration}` } },
  })
  const resources: Record<string, ResourceBody> = {
    Api: {
      Type: "AWS::ApiGatewayV2::Api",
      Properties: { Name: "chat", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
    },
    Connect: route("$connect"),
    Send: route("send"),
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: { ApiId: { Ref: "Api" }, IntegrationType: "AWS_PROXY", IntegrationUri: invocationUri },
    },
    Deployment: {
      Type: "AWS::ApiGatewayV2::Deployment",
      DependsOn: ["Connect", "Send"],
      Properties: { ApiId: { Ref: "Api" } },
    },
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: { ApiId: { Ref: "Api" }, StageName: "dev", DeploymentId: { Ref: "Deployment" } },
    },
    Function: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Code: { ZipFile: "exports.handler = () => {}" },
      },
    },
    Role: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trustPolicy } },
  }
  for (const [logicalId, change] of Object.entries(changes)) {
    const existing = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined
    if (change === undefined) delete resources[logicalId]
    else if (isResource(change)) {
      Object.defineProperty(resources, logicalId, {
        value: change,
        enumerable: true,
        configurable: true,
        writable: true,
      })
    } else if (existing) existing.Properties = { ...existing.Properties, ...change }
    else throw new Error(`${logicalId} is not in the chat template, so its change needs a Type.`)
  }
  return resources
}

export function defineChat(changes: Changes = {}, sections: Record<string, unknown> = {}): Definition {
  return readDefinition([stackOf({ Resources: chatResources(changes), ...sections })])
}

function isResource(change: Record<string, unknown> | ResourceBody): change is ResourceBody {
  return "Type" in change
}

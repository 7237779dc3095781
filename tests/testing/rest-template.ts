// Builds CloudFormation templates with a REST API: a list of methods, each with its integration.
import { invokeUri } from "./template.ts"

export type RestMethod = {
  /** `GET /items/{id}` */
  key: string
  /** The logical id of the function of a Lambda proxy integration. */
  functionId?: string
  /** Another integration. */
  integration?: Record<string, unknown>
  /** More properties of the method. */
  properties?: Record<string, unknown>
}

export type RestTemplate = {
  methods: RestMethod[]
  /** Source of `index.mjs` by logical id. */
  functions?: Record<string, string>
  /** More properties of the API and of its stage. */
  api?: Record<string, unknown>
  stage?: Record<string, unknown>
  /** More resources. */
  resources?: Record<string, unknown>
}

const RestApiId = { Ref: "Api" }

/** @returns a template as JSON text, whose output `Url` is the address of the stage `dev` */
export function restTemplate({ methods, functions = {}, api = {}, stage = {}, resources = {} }: RestTemplate): string {
  const all: Record<string, unknown> = {
    Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest", ...api } },
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
        },
      },
    },
    Deployment: {
      Type: "AWS::ApiGateway::Deployment",
      DependsOn: methods.map((_, index) => `Method${index}`),
      Properties: { RestApiId },
    },
    Stage: {
      Type: "AWS::ApiGateway::Stage",
      Properties: { RestApiId, StageName: "dev", DeploymentId: { Ref: "Deployment" }, ...stage },
    },
    ...resources,
  }
  for (const [id, code] of Object.entries(functions)) {
    all[id] = {
      Type: "AWS::Lambda::Function",
      Properties: {
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Code: { ZipFile: code },
      },
    }
    all[`${id}Permission`] = {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: { Ref: id },
        Principal: "apigateway.amazonaws.com",
        SourceArn: { "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*" },
      },
    }
  }
  for (const [index, { key, functionId, integration, properties }] of methods.entries()) {
    const [HttpMethod = "", path = ""] = key.split(" ")
    all[`Method${index}`] = {
      Type: "AWS::ApiGateway::Method",
      Properties: {
        RestApiId,
        ResourceId: resourceAt(path, all),
        HttpMethod,
        AuthorizationType: "NONE",
        Integration:
          functionId === undefined
            ? integration
            : { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: invokeUri(functionId), ...integration },
        ...properties,
      },
    }
  }
  const Url = { Value: { "Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}" } }
  return JSON.stringify({ Resources: all, Outputs: { Url } })
}

function resourceAt(path: string, resources: Record<string, unknown>): unknown {
  let parent: unknown = { "Fn::GetAtt": ["Api", "RootResourceId"] }
  let id = "Resource"
  for (const part of path.split("/").filter((one) => one !== "")) {
    id += `X${part.replaceAll(/[^A-Za-z0-9]/g, "")}`
    resources[id] = {
      Type: "AWS::ApiGateway::Resource",
      Properties: { RestApiId, ParentId: parent, PathPart: part },
    }
    parent = { Ref: id }
  }
  return parent
}

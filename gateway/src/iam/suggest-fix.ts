// Suggests the fix for a denial: a line of CDK where the template comes from constructs, else CloudFormation.
import type { Definition } from "../definition/definition.ts"
import type { FunctionUrlDefinition } from "../definition/function-url.ts"
import type { RoleDefinition } from "../definition/iam.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import type { Origin } from "../definition/origin.ts"
import { constructOf, nameOf } from "./construct-names.ts"
import type { AccessRequest, PolicyDecision } from "./evaluate-policy.ts"

/** Suggests a fix for an action that no policy of the role allows. */
export function fixForRole(
  definition: Definition,
  role: RoleDefinition,
  { action, resource }: AccessRequest,
  { because, statement }: PolicyDecision,
): string {
  if (because !== "no-allow" && statement) {
    return `Change statement ${statement.Sid ?? statement.index + 1} of the policy ${statement.policyName} (role ${role.logicalId}).`
  }
  const target = definition.functions.find((one) => one.arn === resource)
  const holder = constructOf(definition.functions.find((one) => one.roleArn === role.arn))
  const grantee = holder ?? constructOf(role)
  const called = constructOf(target)
  if (grantee !== undefined && called !== undefined) return `${called}.grantInvoke(${grantee})`

  const api = apiIn(definition, resource)
  const path = resource.replace("{connectionId}", "*").replace(/^[^/]*\//, "")
  if (grantee === undefined || api === undefined || nameOf(api) === undefined) {
    const Resource = target ? arnOf(target, role) : api ? subOf(api, path, role) : undefined
    const allow = { Effect: "Allow", Action: action, Resource: Resource ?? resource.replace("{connectionId}", "*") }
    return `Add to the policies of ${role.logicalId}: ${JSON.stringify(allow)}`
  }
  const method = holder === undefined ? "addToPrincipalPolicy" : "addToRolePolicy"
  const line = `${grantee}.${method}(new PolicyStatement({ actions: ["${action}"], resources: [${formatArn(api, path)}] }))`
  if (action !== "execute-api:ManageConnections") return line
  const grant = `${nameOf(api)}.grantManageConnections(${grantee})`
  return constructOf(api) === undefined ? `${grant} // or, on a CfnApi: ${line}` : grant
}

/** Suggests a fix for a role that API Gateway may not assume. */
export function fixForTrust(role: RoleDefinition, service = "apigateway.amazonaws.com"): string {
  const name = constructOf(role)
  if (name !== undefined) {
    return `${name}.assumeRolePolicy.addStatements(new PolicyStatement({ actions: ["sts:AssumeRole"], principals: [new ServicePrincipal("${service}")] }))`
  }
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }
  return `Add to the AssumeRolePolicyDocument of ${role.logicalId}: ${JSON.stringify(statement)}`
}

/** Suggests a fix for a function whose policy does not let API Gateway invoke it. */
export function fixForFunctionPolicy(
  definition: Definition,
  target: FunctionDefinition | undefined,
  functionArn: string,
  sourceArn: string,
): string {
  const api = apiIn(definition, sourceArn)
  const callee = constructOf(target)
  if (callee !== undefined && api !== undefined && nameOf(api) !== undefined) {
    return `${callee}.addPermission("ApiGateway", { principal: new ServicePrincipal("apigateway.amazonaws.com"), sourceArn: ${formatArn(api, "*")} })`
  }
  const permission = {
    Type: "AWS::Lambda::Permission",
    Properties: {
      FunctionName: target ? { Ref: target.logicalId } : functionArn,
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
      SourceArn: (api && subOf(api, "*", target)) ?? sourceArn,
    },
  }
  return `Add to the Resources: ${JSON.stringify(permission)}`
}

/** Suggests a fix for a function whose policy does not let everybody invoke it through its URL. */
export function fixForFunctionUrl(
  { functions }: Definition,
  { functionArn, logicalId, stackName }: FunctionUrlDefinition,
  action: string,
): string {
  const target = functions.find(({ arn }) => arn === functionArn)
  const own = action === "lambda:InvokeFunctionUrl" ? { FunctionUrlAuthType: "NONE" } : { InvokedViaFunctionUrl: true }
  const permission = {
    Type: "AWS::Lambda::Permission",
    Properties: {
      FunctionName: target?.stackName === stackName ? { Ref: target.logicalId } : functionArn,
      Action: action,
      Principal: "*",
      ...own,
    },
  }
  const resource = `Add to the Resources, for the URL ${logicalId}: ${JSON.stringify(permission)}`
  // Versions of the CDK from before October 2025 add the first permission only.
  return constructOf(target) === undefined ? resource : `Update aws-cdk-lib, which adds this permission. ${resource}`
}

/** The API of an execute-api ARN. */
function apiIn({ webSocketApis, httpApis, restApis }: Definition, arn: string): Origin | undefined {
  const apiId = arn.split(":")[5]?.split("/")[0]
  return [...webSocketApis, ...httpApis, ...restApis].find((api) => api.apiId === apiId)
}

// --- in CDK ---

function formatArn(api: Origin, path: string): string {
  const name = nameOf(api)
  const id = constructOf(api) === undefined ? "ref" : "apiId"
  return `Stack.of(${name}).formatArn({ service: "execute-api", resource: ${name}.${id}, resourceName: "${path}" })`
}

// --- in CloudFormation: a resource can be referred to from its own stack only ---

function subOf(api: Origin, path: string, from: Origin | undefined): { "Fn::Sub": string } | undefined {
  if (api.stackName !== from?.stackName) return undefined
  const account = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}`
  return { "Fn::Sub": `${account}:\${${api.logicalId}}/${path}` }
}

function arnOf(target: FunctionDefinition, from: Origin): { "Fn::GetAtt": [string, string] } | undefined {
  return target.stackName === from.stackName ? { "Fn::GetAtt": [target.logicalId, "Arn"] } : undefined
}

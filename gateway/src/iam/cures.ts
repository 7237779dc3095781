// What to write so that a refusal goes away: a line of CDK where the template came from constructs, else CloudFormation.
import type { Definition, FunctionDefinition, Origin, RoleDefinition } from "../template/definition.ts"
import type { AccessRequest, Decision } from "./evaluate-policy.ts"

/** For an action that none of the role's policies allows. */
export function cureForRole(
  definition: Definition,
  role: RoleDefinition,
  { action, resource }: AccessRequest,
  { because, statement }: Decision,
): string {
  if (because !== "no-allow" && statement) {
    return `Change statement ${statement.Sid ?? statement.index + 1} of the policy ${statement.policyName} (role ${role.logicalId}).`
  }
  const api = apiIn(definition, resource)
  const target = definition.functions.find((one) => one.arn === resource)
  const grantee = nameOf(definition.functions.find((one) => one.roleArn === role.arn)) ?? nameOf(role)
  if (grantee !== undefined && action === "execute-api:ManageConnections" && nameOf(api) !== undefined) {
    return `${nameOf(api)}.grantManageConnections(${grantee})`
  }
  if (grantee !== undefined && action === "lambda:InvokeFunction" && nameOf(target) !== undefined) {
    return `${nameOf(target)}.grantInvoke(${grantee})`
  }
  const wide = resource.replace("{connectionId}", "*")
  if (grantee !== undefined) {
    return `${grantee}.addToPrincipalPolicy(new PolicyStatement({ actions: ["${action}"], resources: ["${wide}"] }))`
  }
  return `Add to the policies of ${role.logicalId}: ${JSON.stringify({ Effect: "Allow", Action: action, Resource: wide })}`
}

/** For a role that API Gateway may not assume. */
export function cureForTrust(role: RoleDefinition): string {
  const name = nameOf(role)
  if (name !== undefined) {
    return `${name}.assumeRolePolicy.addStatements(new PolicyStatement({ actions: ["sts:AssumeRole"], principals: [new ServicePrincipal("apigateway.amazonaws.com")] }))`
  }
  const statement = { Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }
  return `Add to the AssumeRolePolicyDocument of ${role.logicalId}: ${JSON.stringify(statement)}`
}

/** For a function that does not let API Gateway invoke it. */
export function cureForFunctionPolicy(
  definition: Definition,
  target: FunctionDefinition | undefined,
  functionArn: string,
  sourceArn: string,
): string {
  const api = apiIn(definition, sourceArn)
  const [callee, caller] = [nameOf(target), nameOf(api)]
  if (callee !== undefined && caller !== undefined) {
    return `${callee}.addPermission("ApiGateway", { principal: new ServicePrincipal("apigateway.amazonaws.com"), sourceArn: ${caller}.arnForExecuteApiV2() })`
  }
  const permission = {
    Type: "AWS::Lambda::Permission",
    Properties: {
      FunctionName: target ? { Ref: target.logicalId } : functionArn,
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
      SourceArn: api
        ? { "Fn::Sub": `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${api.logicalId}}/*` }
        : sourceArn,
    },
  }
  return `Add to the Resources: ${JSON.stringify(permission)}`
}

/** The API that an execute-api ARN speaks of. */
function apiIn(definition: Definition, arn: string): Origin | undefined {
  const apiId = arn.split(":")[5]?.split("/")[0]
  return definition.webSocketApis.find((api) => api.apiId === apiId)
}

const generated = new Set(["Resource", "Default", "ServiceRole"])

/** `stack/WebSocketApi/Resource` is most likely the variable `webSocketApi`. */
function nameOf(origin: Origin | undefined): string | undefined {
  const [, ...path] = origin?.constructPath?.split("/") ?? []
  const name = path.findLast((part) => !generated.has(part))?.replaceAll(/\W/g, "")
  return name ? name.charAt(0).toLowerCase() + name.slice(1) : undefined
}

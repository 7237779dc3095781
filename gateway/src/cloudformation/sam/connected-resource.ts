// Finds the values that a SAM connector needs of its source and its destination.
import { isDeepStrictEqual } from "node:util"
import { isRecord } from "../../foundation/is-record.ts"
import type { Properties } from "../generated-resource.ts"
import type { ResourceBody } from "../source/stack.ts"

/** A source or destination. A value is a text or an intrinsic function. */
export type ConnectedResource = {
  type: string
  arn?: unknown
  roleName?: unknown
  queueUrl?: unknown
  resourceId?: unknown
  name?: unknown
  qualifier?: unknown
}

const generatedTypes: ReadonlyMap<string, string> = new Map([
  ["AWS::Serverless::Function", "AWS::Lambda::Function"],
  ["AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"],
  ["AWS::Serverless::Api", "AWS::ApiGateway::RestApi"],
  ["AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api"],
  ["AWS::Serverless::WebSocketApi", "AWS::ApiGatewayV2::Api"],
  ["AWS::Serverless::SimpleTable", "AWS::DynamoDB::Table"],
])

/**
 * The resource of a reference, or a sentence that says what is wrong with it.
 * @param other the other end of the connector: the role of a rule is that of the target for its destination.
 * @param resources of the template, without types of SAM.
 */
export function connectedResource(
  reference: Properties,
  other: Properties,
  resources: ReadonlyMap<string, ResourceBody>,
): ConnectedResource | string {
  const { Id, Type, Arn, RoleName, QueueUrl, ResourceId, Name, Qualifier } = reference
  // AWS: a reference has an Id, with or without a Qualifier, or other properties (template-sam-connectors)
  const others = Object.keys(reference).filter((name) => name !== "Id" && name !== "Qualifier")
  if (Id === undefined && typeof Type !== "string") return "must have an Id, or a Type with other properties."
  if (Id !== undefined && others.length > 0) return `must have an Id or ${others.join(", ")}, not both.`
  if (Id === undefined) {
    return {
      type: generatedTypes.get(String(Type)) ?? String(Type),
      arn: Arn,
      roleName: RoleName,
      queueUrl: QueueUrl,
      resourceId: ResourceId,
      name: Name,
      qualifier: Qualifier,
    }
  }
  const resource = resources.get(String(Id))
  if (!resource) return `names ${String(Id)}, which is not a resource of the template.`
  const isNamedByArn = resource.Type === "AWS::SNS::Topic" || resource.Type === "AWS::StepFunctions::StateMachine"
  const roleId = logicalIdOf(roleOf(resource, other))
  return {
    type: resource.Type,
    arn: isNamedByArn ? { Ref: Id } : { "Fn::GetAtt": [Id, "Arn"] },
    roleName: roleId === undefined ? undefined : { Ref: roleId },
    queueUrl: { Ref: Id },
    resourceId: { Ref: Id },
    name: { "Fn::GetAtt": [Id, "Name"] },
    qualifier: Qualifier ?? "*",
  }
}

function roleOf({ Type, Properties = {} }: ResourceBody, other: Properties): unknown {
  if (Type === "AWS::Lambda::Function") return Properties.Role
  if (Type === "AWS::StepFunctions::StateMachine") return Properties.RoleArn
  if (Type !== "AWS::Events::Rule" || !Array.isArray(Properties.Targets)) return undefined
  const target: unknown = Properties.Targets.find(
    (one) =>
      isRecord(one) &&
      (other.Id === undefined ? isDeepStrictEqual(one.Arn, other.Arn) : logicalIdOf(one.Arn) === other.Id),
  )
  return isRecord(target) ? target.RoleArn : undefined
}

/** The logical id in `Ref` or `Fn::GetAtt`. */
function logicalIdOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined
  if (typeof value.Ref === "string") return value.Ref
  const attribute = value["Fn::GetAtt"]
  const id: unknown = Array.isArray(attribute) ? attribute[0] : String(attribute ?? "").split(".")[0]
  return typeof id === "string" && id !== "" ? id : undefined
}

// Reads the parameters of Systems Manager.
import type { ParameterDefinition } from "../../definition/configuration.ts"
import { partitionOf } from "../resolve/partition.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"

export function readParameters(template: ResolvedTemplate): ParameterDefinition[] {
  return template.ofType("AWS::SSM::Parameter").map((resource) => {
    const { properties, stack, ref: parameterName } = resource
    const path = parameterName.startsWith("/") ? parameterName : `/${parameterName}`
    return {
      ...resource.origin,
      parameterName,
      arn: `arn:${partitionOf(stack.region).partition}:ssm:${stack.region}:${stack.accountId}:parameter${path}`,
      parameterType: properties.oneOf("Type", ["String", "StringList"]) ?? "String",
      value: properties.required("Value"),
    }
  })
}

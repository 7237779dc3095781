// Builds the resource policy of a function from its permissions.
import type { InvokePermission, PolicyStatement } from "../definition/iam.ts"
import type { NamedPolicy } from "./evaluate-policy.ts"

/** The resource policy of a function, made of its `AWS::Lambda::Permission` resources. */
export function functionPolicy(functionArn: string, permissions: readonly InvokePermission[]): NamedPolicy {
  const Statement = permissions.map((permission): PolicyStatement => {
    const Condition: NonNullable<PolicyStatement["Condition"]> = {}
    if (permission.sourceArn !== undefined) Condition.ArnLike = { "AWS:SourceArn": permission.sourceArn }
    const { sourceAccount, functionUrlAuthType, invokedViaFunctionUrl } = permission
    if (sourceAccount !== undefined || functionUrlAuthType !== undefined) {
      Condition.StringEquals = {
        ...(sourceAccount !== undefined && { "AWS:SourceAccount": sourceAccount }),
        ...(functionUrlAuthType !== undefined && { "lambda:FunctionUrlAuthType": functionUrlAuthType }),
      }
    }
    if (invokedViaFunctionUrl !== undefined) {
      Condition.Bool = { "lambda:InvokedViaFunctionUrl": String(invokedViaFunctionUrl) }
    }
    const type = permission.principal.includes(".") ? "Service" : "AWS"
    return {
      Sid: permission.logicalId,
      Effect: "Allow",
      Principal: permission.principal === "*" ? "*" : { [type]: permission.principal },
      Action: permission.action,
      Resource: functionArn,
      Condition,
    }
  })
  return { name: "function policy", document: { Version: "2012-10-17", Statement } }
}

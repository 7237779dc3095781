// Reads the permissions to invoke functions, which form the functions' resource policies.
import type { InvokePermission } from "../../definition/iam.ts"
import { functionArnFrom } from "../resolve/function-arn.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"

export function readPermissions(template: ResolvedTemplate): InvokePermission[] {
  return template.ofType("AWS::Lambda::Permission").map((resource) => {
    const { properties } = resource
    const permission: InvokePermission = {
      ...resource.origin,
      // Differs: a permission for an alias or version counts for the function (permissions-qualified)
      functionArn: functionArnFrom(resource, properties.required("FunctionName")),
      action: properties.required("Action"),
      principal: properties.required("Principal"),
    }
    const sourceArn = properties.text("SourceArn")
    if (sourceArn !== undefined) permission.sourceArn = sourceArn
    const sourceAccount = properties.text("SourceAccount")
    if (sourceAccount !== undefined) permission.sourceAccount = sourceAccount
    const authType = properties.text("FunctionUrlAuthType")
    if (authType !== undefined) permission.functionUrlAuthType = authType
    const isViaUrl = properties.flag("InvokedViaFunctionUrl")
    if (isViaUrl !== undefined) permission.invokedViaFunctionUrl = isViaUrl
    return permission
  })
}

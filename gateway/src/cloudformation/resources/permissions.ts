// Reads the permissions to invoke functions, which form the functions' resource policies.
import type { InvokePermission } from "../../definition/iam.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { functionArnFrom } from "../resolve/function-arn.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"

export function readPermissions(template: ResolvedTemplate): InvokePermission[] {
  return template.ofType("AWS::Lambda::Permission").map((resource) => {
    const { properties } = resource
    return {
      ...resource.origin,
      // Differs: a permission for an alias or version counts for the function (permissions-qualified)
      functionArn: functionArnFrom(resource, properties.required("FunctionName")),
      action: properties.required("Action"),
      principal: properties.required("Principal"),
      ...withoutUndefined({
        sourceArn: properties.text("SourceArn"),
        sourceAccount: properties.text("SourceAccount"),
        functionUrlAuthType: properties.text("FunctionUrlAuthType"),
        invokedViaFunctionUrl: properties.flag("InvokedViaFunctionUrl"),
      }),
    }
  })
}

// Expands the `FunctionUrlConfig` of `AWS::Serverless::Function` to a URL and, for a public one, the permissions to call it.
import { isRecord } from "../../foundation/is-record.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties, Resources } from "../generated-resource.ts"
import type { ResourceBody } from "../source/stack.ts"

/** AWS: SAM generates the URL `{function}Url`, and permissions for a URL without authorization (furl-sam) */
export function expandFunctionUrl(functionId: string, { Condition }: ResourceBody, config: unknown): Resources {
  if (!isRecord(config)) return []
  const { AuthType, Cors, InvokeMode } = config
  const resource = (Type: string, properties: Properties): ResourceBody => ({
    Type,
    ...(Condition !== undefined && { Condition }),
    Properties: withoutUndefined(properties),
  })
  const TargetFunctionArn = { Ref: functionId }
  const url = resource("AWS::Lambda::Url", { TargetFunctionArn, AuthType, Cors, InvokeMode })
  const resources: Resources = [[`${functionId}Url`, url]]
  if (AuthType !== "NONE") return resources
  const permission = (Action: string, condition: Properties) =>
    resource("AWS::Lambda::Permission", { FunctionName: { Ref: functionId }, Principal: "*", Action, ...condition })
  return [
    ...resources,
    [`${functionId}UrlPublicPermissions`, permission("lambda:InvokeFunctionUrl", { FunctionUrlAuthType: "NONE" })],
    [`${functionId}URLInvokeAllowPublicAccess`, permission("lambda:InvokeFunction", { InvokedViaFunctionUrl: true })],
  ]
}

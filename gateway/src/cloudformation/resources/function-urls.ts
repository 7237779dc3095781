// Reads the URLs of functions.
import type { FunctionUrlDefinition } from "../../definition/function-url.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { functionArnFrom } from "../resolve/function-arn.ts"
import { partitionOf } from "../resolve/partition.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { corsOf } from "./http-apis.ts"

export function readFunctionUrls(template: ResolvedTemplate): FunctionUrlDefinition[] {
  const seen = new Set<string>()
  return template.ofType("AWS::Lambda::Url").map((resource) => {
    const url = readUrl(resource)
    const target = `${url.functionArn} ${resource.properties.text("Qualifier") ?? ""}`
    // AWS: a function, and each of its aliases, has one URL (furl-format)
    if (seen.has(target)) resource.problem("The function has another URL already.")
    seen.add(target)
    return url
  })
}

function readUrl(resource: Resource): FunctionUrlDefinition {
  const { properties, stack } = resource
  const { region, accountId } = stack
  const domainName = new URL(resource.attribute("FunctionUrl")).hostname
  properties.required("AuthType")
  return {
    ...resource.origin,
    urlId: domainName.split(".")[0] ?? "",
    environment: { region, accountId, partition: partitionOf(region).partition, domainName },
    functionArn: functionArnFrom(resource, properties.required("TargetFunctionArn")),
    invokeMode: properties.oneOf("InvokeMode", ["BUFFERED", "RESPONSE_STREAM"]) ?? "BUFFERED",
    authType: properties.oneOf("AuthType", ["NONE", "AWS_IAM"]) ?? "AWS_IAM",
    ...withoutUndefined({ cors: corsOf(properties.object("Cors")) }),
  }
}

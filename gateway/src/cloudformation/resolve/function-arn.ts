// Lambda function ARNs: from the ways in which templates name a function, and from integration URIs.
import type { Stack } from "../source/stack.ts"
import { partitionOf } from "./partition.ts"

/** The unqualified ARN of a function that is given by its name, its ARN, a partial ARN or a qualified one. */
export function functionArnFrom({ stack }: { stack: Stack }, nameOrArn: string): string {
  const { region, accountId } = stack
  if (nameOrArn.startsWith("arn:")) return nameOrArn.split(":").slice(0, 7).join(":")
  const [first = "", second, third] = nameOrArn.split(":")
  // AWS: a partial ARN is `{account}:function:{name}` (lambda-qualifier)
  const name = second === "function" ? (third ?? "") : first
  return `arn:${partitionOf(region).partition}:lambda:${region}:${accountId}:function:${name}`
}

/**
 * The unqualified ARN inside `arn:…:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations`, or of a URI
 * that is a function's ARN itself, as HTTP APIs allow. `undefined` for any other URI.
 */
export function functionArnInUri(uri: string): string | undefined {
  const arn = /\/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri
  const parts = arn.split(":")
  if (parts[0] !== "arn" || parts[2] !== "lambda" || parts[5] !== "function" || arn.includes("${")) return undefined
  return parts.slice(0, 7).join(":")
}

// Lambda function ARNs, from the ways in which templates name a function.
import type { Stack } from "../source/stack.ts"
import { partitionOf } from "./partition.ts"

/** The ARN of a function without its version or alias. */
export function unqualifiedArn(functionArn: string): string {
  return functionArn.split(":").slice(0, 7).join(":")
}

/** The unqualified ARN of a function that is given by its name, its ARN, a partial ARN or a qualified one. */
export function functionArnFrom({ stack }: { stack: Stack }, nameOrArn: string): string {
  const { region, accountId } = stack
  if (nameOrArn.startsWith("arn:")) return unqualifiedArn(nameOrArn)
  const [first = "", second, third] = nameOrArn.split(":")
  // AWS: a partial ARN is `{account}:function:{name}` (lambda-qualifier)
  const name = second === "function" ? (third ?? "") : first
  return `arn:${partitionOf(region).partition}:lambda:${region}:${accountId}:function:${name}`
}

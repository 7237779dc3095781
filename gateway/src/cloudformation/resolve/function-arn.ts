// Lambda function ARNs, from the ways in which templates name a function.
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

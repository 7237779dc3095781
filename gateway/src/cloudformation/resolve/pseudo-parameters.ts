// The values of pseudo parameters such as `AWS::Region`.
// AWS: pseudo parameters are predefined in every template (template-pseudo-parameters)
import type { Stack } from "../source/stack.ts"
import { partitionOf } from "./partition.ts"
import { stableUuid } from "./physical-names.ts"

/** `undefined` for `AWS::NoValue`, which removes a property. */
export function pseudoParameter(
  { stackName, region, accountId }: Stack,
  name: string,
  fail: (message: string) => undefined,
): string | string[] | undefined {
  const { partition, urlSuffix } = partitionOf(region)
  switch (name) {
    case "AWS::AccountId":
      return accountId
    case "AWS::Region":
      return region
    case "AWS::Partition":
      return partition
    case "AWS::URLSuffix":
      return urlSuffix
    case "AWS::StackName":
      return stackName
    case "AWS::StackId":
      return `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/${stableUuid(stackName)}`
    case "AWS::NotificationARNs":
      return []
    case "AWS::NoValue":
      return undefined
    default:
      return fail(`The pseudo parameter ${name} is not known.`)
  }
}

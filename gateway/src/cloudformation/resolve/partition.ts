// The AWS partition of a region.

export type Partition = { partition: string; urlSuffix: string }

/** AWS: a region belongs to a partition with its own ARN prefix and DNS suffix (template-partitions) */
export function partitionOf(region: string): Partition {
  if (region.startsWith("cn-")) return { partition: "aws-cn", urlSuffix: "amazonaws.com.cn" }
  if (region.startsWith("us-gov-")) return { partition: "aws-us-gov", urlSuffix: "amazonaws.com" }
  return { partition: "aws", urlSuffix: "amazonaws.com" }
}

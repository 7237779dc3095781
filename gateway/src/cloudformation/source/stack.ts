// A stack as somebody wrote or synthesized it: its template, and where the files that it speaks of lie.

export type Stack = {
  stackName: string
  body: TemplateBody
  region: string
  accountId: string
  /** Folder that relative paths of code start from. Absent for a template that is only a value. */
  folder?: string
  /** Files by the object key (`{hash}.zip`) under which the deployment uploads them. */
  assets: ReadonlyMap<string, AssetFile>
  /** Construct paths by logical id, where the assembly knows more than the template's own metadata. */
  constructPaths: Readonly<Record<string, string>>
  /** Values given from outside, instead of the parameters' defaults. */
  parameters: Readonly<Record<string, string>>
  /** The `AWS::CloudFormation::Stack` resource whose template this is. */
  nestedIn?: { stackName: string; logicalId: string }
}

export type AssetFile = { path: string; form: "folder" | "zip" | "file" }

export type TemplateBody = {
  Transform?: unknown
  Globals?: Record<string, unknown>
  Parameters?: Record<string, ParameterBody>
  Mappings?: Record<string, unknown>
  Conditions?: Record<string, unknown>
  Resources: Record<string, ResourceBody>
  Outputs?: Record<string, OutputBody>
}

export type ParameterBody = { Type: string; Default?: unknown; AllowedValues?: unknown[] }

export type ResourceBody = {
  Type: string
  Properties?: Record<string, unknown>
  Condition?: string
  DependsOn?: string | string[]
  Metadata?: Record<string, unknown>
}

export type OutputBody = { Value: unknown; Condition?: string; Export?: { Name: unknown } }

export type Partition = { partition: string; urlSuffix: string }

/** AWS: a region belongs to a partition with its own ARN prefix and DNS suffix (template-partitions) */
export function partitionOf(region: string): Partition {
  if (region.startsWith("cn-")) return { partition: "aws-cn", urlSuffix: "amazonaws.com.cn" }
  if (region.startsWith("us-gov-")) return { partition: "aws-us-gov", urlSuffix: "amazonaws.com" }
  return { partition: "aws", urlSuffix: "amazonaws.com" }
}

/** A stack around a template that is only a value. */
export function stackOf(body: unknown, more: Partial<Stack> = {}): Stack {
  return {
    stackName: "stack",
    body: body as TemplateBody,
    region: "us-east-1",
    accountId: "000000000000",
    assets: new Map(),
    constructPaths: {},
    parameters: {},
    ...more,
  }
}

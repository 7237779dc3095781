// The types of a stack and of the template that it deploys.

export type Stack = {
  stackName: string
  template: Template
  region: string
  accountId: string
  /** The folder that relative paths start from. Absent for a template without a file. */
  folder?: string
  /** Files by the object key (`{hash}.zip`) under which the deployment uploads them. */
  assets: ReadonlyMap<string, AssetFile>
  /** Construct paths by logical id, from the assembly. The template's own metadata may hold others. */
  constructPaths: ReadonlyMap<string, string>
  /** Values that replace the parameters' defaults. */
  parameters: ReadonlyMap<string, string>
  /** The `AWS::CloudFormation::Stack` resource that deploys this stack. */
  nestedIn?: { stackName: string; logicalId: string }
}

export type AssetFile = { path: string; form: "folder" | "zip" | "file" }

/** The sections of a template. Their keys come from outside, so each section is a map. */
export type Template = {
  /** SAM's `Globals`. */
  globals: ReadonlyMap<string, unknown>
  parameters: ReadonlyMap<string, ParameterBody>
  mappings: ReadonlyMap<string, unknown>
  conditions: ReadonlyMap<string, unknown>
  resources: ReadonlyMap<string, ResourceBody>
  outputs: ReadonlyMap<string, OutputBody>
}

export type ParameterBody = { Type: string; Default?: unknown; AllowedValues?: unknown[] }

export type ResourceBody = {
  Type: string
  Properties?: Record<string, unknown>
  Condition?: string
  DependsOn?: string | string[]
  Metadata?: Record<string, unknown>
  /** SAM's connectors that have this resource as their source. */
  Connectors?: Record<string, unknown>
}

export type OutputBody = { Value: unknown; Condition?: string; Export?: { Name: unknown } }

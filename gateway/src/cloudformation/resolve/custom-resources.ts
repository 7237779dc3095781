// The values of custom resources: the responses of their functions, and until then a mark that dependents are found by.
import { type CustomResourceState, PENDING_VALUE } from "../../definition/custom-resource.ts"
import { isRecord } from "../../foundation/is-record.ts"

// CDK generates these. The first two are read elsewhere, the others have no effect on what is served.
const expectedCustomResources: ReadonlySet<string> = new Set([
  "Custom::CDKBucketDeployment",
  "Custom::S3BucketNotifications",
  "Custom::CrossRegionExportReader",
  "Custom::CrossRegionExportWriter",
  "Custom::ECRAutoDeleteImages",
  "Custom::LogRetention",
  "Custom::S3AutoDeleteObjects",
  "Custom::VpcRestrictDefaultSG",
])

export function isCustomResource(type: string): boolean {
  if (type === "AWS::CloudFormation::CustomResource") return true
  return type.startsWith("Custom::") && !expectedCustomResources.has(type)
}

export type CustomResourceValues = {
  ref: string
  /** Undefined: its function did not respond with this attribute. */
  attribute(name: string): unknown
}

/**
 * @param hasFunction whether a function of the template creates it
 * @returns undefined for a resource that does not exist here
 */
export function customResourceValues(
  state: CustomResourceState | undefined,
  hasFunction: () => boolean,
): CustomResourceValues | undefined {
  if (state === undefined) return hasFunction() ? { ref: PENDING_VALUE, attribute: () => PENDING_VALUE } : undefined
  if ("notServed" in state) return undefined
  const data = new Map(Object.entries(state.data))
  return { ref: state.physicalResourceId, attribute: (name) => data.get(name) }
}

/** The logical ids that a part of a template refers to. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === "Ref" && typeof argument === "string") return [argument]
    if (name === "Fn::GetAtt") return [String(Array.isArray(argument) ? argument[0] : argument).split(".")[0] ?? ""]
    if (name === "Fn::Sub")
      return [...namesInText(Array.isArray(argument) ? argument[0] : argument), ...referencesIn(argument)]
    return referencesIn(argument)
  })
}

function namesInText(text: unknown): string[] {
  return typeof text === "string" ? [...text.matchAll(/\$\{\s*(\w+)/g)].map(([, name = ""]) => name) : []
}

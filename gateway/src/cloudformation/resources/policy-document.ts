// Reads a policy document from a property of a resource.
import type { PolicyDocument, PolicyStatement } from "../../definition/iam.ts"
import { isRecord } from "../../foundation/is-record.ts"
import type { Properties } from "../resolve/properties.ts"
import type { Resource } from "../resolve/resource.ts"

export function readPolicyDocument(resource: Resource, properties: Properties, name: string): PolicyDocument {
  const value = properties.value(name)
  const statements = isRecord(value) ? value.Statement : undefined
  const list = Array.isArray(statements) ? statements : [statements]
  if (!isRecord(value) || !list.every(isStatement)) {
    resource.problem(`${name} must be a policy document whose statements each have an Effect of Allow or Deny.`)
    return { Statement: [] }
  }
  const document: PolicyDocument = { Statement: list }
  if (typeof value.Version === "string") document.Version = value.Version
  return document
}

function isStatement(value: unknown): value is PolicyStatement {
  return isRecord(value) && (value.Effect === "Allow" || value.Effect === "Deny")
}

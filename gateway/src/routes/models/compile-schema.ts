// Compiles JSON Schema draft 4 with Ajv, which is an optional package: few templates have models.
import type { ErrorObject } from "ajv"
import AjvDraft4 from "ajv-draft-04"
import { isRecord } from "../../foundation/is-record.ts"
import type { ValidateValue } from "./compile-model.ts"

/**
 * @param references the schemas that it refers to, by address
 * @throws Error for a schema that is invalid, or that refers to a missing one
 */
export function compileSchema(schema: unknown, references: Readonly<Record<string, unknown>>): ValidateValue {
  const ajv = new AjvDraft4.default({
    allErrors: true,
    logger: false,
    // A message has no inherited keys.
    ownProperties: true,
    // A schema may have keywords that are not part of draft 4, which have no effect.
    // AWS?: formats are not checked, so none is defined (model-format)
    strict: false,
  })
  for (const [address, referenced] of Object.entries(references)) {
    if (isRecord(referenced)) ajv.addSchema(withoutVersion(referenced), address)
  }
  const validate = ajv.compile(isRecord(schema) ? withoutVersion(schema) : {})
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(describeError))
}

/** Draft 4 applies to schemas that name another version, too. */
function withoutVersion({ $schema: _version, ...schema }: Record<string, unknown>): Record<string, unknown> {
  return schema
}

/** AWS: REST APIs describe errors in these words (model-error-text) */
function describeError({ keyword, params, message = "", instancePath }: ErrorObject): string {
  switch (keyword) {
    case "required":
      return `object has missing required properties (["${params.missingProperty}"])`
    case "additionalProperties":
      return `object instance has properties which are not allowed by the schema: ["${params.additionalProperty}"]`
    case "type":
      return `${at(instancePath)}instance type does not match any allowed primitive type (allowed: ${typesOf(params.type)})`
    case "enum":
      return `${at(instancePath)}instance value not found in enum (possible values: ${JSON.stringify(params.allowedValues)})`
    default:
      return `${at(instancePath)}${message}`
  }
}

function at(path: string): string {
  return path === "" ? "" : `${path}: `
}

function typesOf(type: unknown): string {
  return JSON.stringify([type].flat())
}

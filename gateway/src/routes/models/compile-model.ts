// Compiles the schema of a model.
import type { ModelDefinition } from "../../definition/api.ts"
import { GatewayError } from "../../foundation/errors.ts"

/** Compiles a schema. @throws Error for a schema that is not one */
export type CompileSchema = (schema: unknown, references: Readonly<Record<string, unknown>>) => ValidateValue

/** @returns what does not match, empty for a value that does */
export type ValidateValue = (value: unknown) => string[]

/** @throws GatewayError. AWS: a model whose schema is invalid is rejected (model-invalid-schema) */
export function compileModel(
  { logicalId, schema, references }: ModelDefinition,
  compile: CompileSchema,
): ValidateValue {
  try {
    return compile(schema, references)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GatewayError("TEMPLATE_INVALID", `${logicalId}: Invalid model schema: ${why}`, {
      hint: "Correct the schema: JSON Schema draft 4.",
      cause,
    })
  }
}

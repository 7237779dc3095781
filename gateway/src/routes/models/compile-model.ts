// Compiles the schema of a model, and reports an invalid one with its model.
import type { ModelDefinition } from "../../definition/api.ts"
import { GatewayError } from "../../foundation/errors.ts"

/** @throws Error for an invalid schema */
export type CompileSchema = (schema: unknown, references: Readonly<Record<string, unknown>>) => ValidateValue

/** @returns the mismatches; empty for a valid value */
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

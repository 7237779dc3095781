// Validates messages against the models of their route.
import type { ModelDefinition, RouteModels } from "../../definition/api.ts"
import { GatewayError } from "../../foundation/errors.ts"
import type { Failure } from "../failure.ts"
import { readSelection } from "../selection-expression.ts"

/** Compiles a schema. @throws Error for a schema that is not one */
export type CompileSchema = (schema: unknown, references: Readonly<Record<string, unknown>>) => ValidateValue

/** @returns what does not match, empty for a value that does */
export type ValidateValue = (value: unknown) => string[]

/** `errors`: the value of `$context.error.validationErrorString`. */
export type Mismatch = { failure: Failure; errors: string }

/** @returns undefined for a message that matches */
export type ValidateMessage = (message: string) => Mismatch | undefined

export function createMessageValidation(
  { selectionExpression, byKey }: RouteModels,
  compile: CompileSchema,
): ValidateMessage {
  const select = readSelection(selectionExpression)
  const models = new Map(Object.entries(byKey).map(([key, model]) => [key, compileModel(model, compile)]))
  return (message) => {
    // AWS: the model of the selected key, else `$default`; without either, the validation fails (model-no-match)
    const validate = models.get(select({ body: message })) ?? models.get("$default")
    if (!validate) return mismatch("[no model matches the message]")
    const value = parse(message)
    // AWS?: a message that is not JSON does not match any model (model-not-json)
    if (value === undefined) return mismatch("[the message is not JSON]")
    const errors = validate(value)
    return errors.length === 0 ? undefined : mismatch(`[${errors.join(", ")}]`)
  }
}

/** @throws GatewayError. AWS: a model whose schema is invalid is rejected (model-invalid-schema) */
function compileModel({ logicalId, schema, references }: ModelDefinition, compile: CompileSchema): ValidateValue {
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

/** AWS?: the frame has the envelope of the other frames (model-frame) */
function mismatch(errors: string): Mismatch {
  const log = `Request body does not match model schema for content type application/json: ${errors}`
  return { failure: { status: 400, message: "Bad request body", blame: "client", log }, errors }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

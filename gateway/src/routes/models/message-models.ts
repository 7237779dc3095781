// Validates messages against the models of their route.
import type { RouteModels } from "../../definition/api.ts"
import { parseJson } from "../../foundation/parse-json.ts"
import type { Failure } from "../failure.ts"
import { readSelectionExpression } from "../selection-expression.ts"
import { type CompileSchema, compileModel } from "./compile-model.ts"

/** `errors`: the value of `$context.error.validationErrorString`. */
export type Mismatch = { failure: Failure; errors: string }

/** @returns undefined for a message that matches */
export type ValidateMessage = (message: string) => Mismatch | undefined

export function createMessageValidation(
  { selectionExpression, byKey }: RouteModels,
  compile: CompileSchema,
): ValidateMessage {
  const select = readSelectionExpression(selectionExpression)
  const models = new Map(Object.entries(byKey).map(([key, model]) => [key, compileModel(model, compile)]))
  return (message) => {
    // AWS: the model of the selected key, else `$default`; without either, the validation fails (model-no-match)
    const validate = models.get(select({ body: message })) ?? models.get("$default")
    if (!validate) return mismatch("[no model matches the message]")
    const value = parseJson(message)
    // AWS?: a message that is not JSON does not match any model (model-not-json)
    if (value === undefined) return mismatch("[the message is not JSON]")
    const errors = validate(value)
    return errors.length === 0 ? undefined : mismatch(`[${errors.join(", ")}]`)
  }
}

/** AWS?: the frame has the envelope of the other frames (model-frame) */
function mismatch(errors: string): Mismatch {
  const log = `Request body does not match model schema for content type application/json: ${errors}`
  return { failure: { status: 400, message: "Bad request body", blame: "client", log }, errors }
}

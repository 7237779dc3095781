// Validates the bodies of requests to a REST API against the model of their content type.
import type { ModelDefinition } from "../../definition/api.ts"
import { parseJson } from "../../foundation/parse-json.ts"
import { type CompileSchema, compileModel } from "./compile-model.ts"

/** @returns the mismatches; undefined for a valid body, and when no model applies */
export type ValidateBody = (contentType: string, body: Buffer) => string | undefined

export function createBodyValidation(
  models: Readonly<Record<string, ModelDefinition>>,
  compile: CompileSchema,
): ValidateBody {
  const byType = new Map(
    Object.entries(models).map(([type, model]) => [type.toLowerCase(), compileModel(model, compile)]),
  )
  return (contentType, body) => {
    // AWS: without a model for the content type, `$default` applies; without either, nothing is validated (rest-model-type)
    const validate = byType.get(contentType.toLowerCase()) ?? byType.get("$default")
    if (!validate) return undefined
    // AWS: an empty body is validated as an empty object (rest-model-empty-body)
    const value = body.length === 0 ? {} : parseJson(body.toString("utf8"))
    if (value === undefined) return "[the body is not JSON]"
    const errors = validate(value)
    return errors.length === 0 ? undefined : `[${errors.join(", ")}]`
  }
}

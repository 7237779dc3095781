// Evaluates the values of states in both query languages: payload templates with JSONPath, and JSONata.
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { evaluateIntrinsic } from "./intrinsic-functions.ts"
import { readPath } from "./json-path.ts"
import { StatesError } from "./states-error.ts"

export type QueryLanguage = "JSONPath" | "JSONata"

/** Evaluates the text between `{%` and `%}`. @throws StatesError States.QueryEvaluationError */
export type EvaluateJsonata = (expression: string, bindings: Record<string, unknown>) => Promise<unknown>

/** What an expression can read. */
export type Environment = {
  language: QueryLanguage
  /** `$` of JSONPath, `$states.input` of JSONata. */
  input: unknown
  result?: unknown
  errorOutput?: unknown
  /** `$$` and `$states.context`. */
  context: Record<string, unknown>
  variables: ReadonlyMap<string, unknown>
  jsonata: EvaluateJsonata | undefined
}

/** The value of a path, a variable or an intrinsic function of JSONPath. @throws StatesError */
export function evaluatePath(path: string, environment: Environment): unknown {
  if (path.startsWith("States.")) return evaluateIntrinsic(path, (one) => evaluatePath(one, environment))
  const value = findPath(path, environment)
  if (value !== undefined) return value
  // AWS: a path that finds nothing is this error (sfn-parameter-path)
  throw new StatesError("States.ParameterPathFailure", `The JSONPath '${path}' could not be found in the input`)
}

/** The same, undefined when a path finds nothing. */
export function findPath(path: string, { input, context, variables }: Environment): unknown {
  if (path.startsWith("$$")) return readPath(context, path.slice(1))
  const [, name, rest = ""] = /^\$([A-Za-z_]\w*)(.*)$/s.exec(path) ?? []
  if (name !== undefined) return variables.has(name) ? readPath(variables.get(name), `$${rest}`) : undefined
  if (!path.startsWith("$")) throw new StatesError("States.Runtime", `'${path}' is not a path`)
  return readPath(input, path)
}

/** A template of the environment's language. @throws StatesError */
export async function evaluateTemplate(template: unknown, environment: Environment): Promise<unknown> {
  if (environment.language === "JSONPath") return evaluatePayload(template, environment)
  if (typeof template === "string") {
    const expression = /^\{%(.*)%\}$/s.exec(template.trim())?.[1]
    return expression === undefined ? template : evaluateExpression(expression, environment)
  }
  if (Array.isArray(template)) return Promise.all(template.map((one) => evaluateTemplate(one, environment)))
  if (!isRecord(template)) return template
  const entries = Object.entries(template).map(
    async ([name, value]) => [name, await evaluateTemplate(value, environment)] as const,
  )
  return recordFrom(await Promise.all(entries))
}

/** AWS: a field whose name ends in `.$` is a path or an intrinsic function (sfn-payload-template) */
function evaluatePayload(template: unknown, environment: Environment): unknown {
  if (Array.isArray(template)) return template.map((one) => evaluatePayload(one, environment))
  if (!isRecord(template)) return template
  return recordFrom(
    Object.entries(template).map(([name, value]) =>
      name.endsWith(".$")
        ? [name.slice(0, -2), evaluatePath(String(value), environment)]
        : [name, evaluatePayload(value, environment)],
    ),
  )
}

async function evaluateExpression(expression: string, environment: Environment): Promise<unknown> {
  const { input, result, errorOutput, context, variables, jsonata } = environment
  if (!jsonata) throw new StatesError("States.Runtime", "The state machine has no evaluator for JSONata")
  const states = { input, result, errorOutput, context }
  const value = await jsonata(expression, recordFrom([...variables, ["states", states]]))
  if (value !== undefined) return value
  // AWS: an expression without a result is this error (sfn-jsonata-undefined)
  throw new StatesError("States.QueryEvaluationError", `The expression '${expression.trim()}' returned nothing`)
}

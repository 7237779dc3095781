// Evaluates JSONata by the package `jsonata`, with a bound on the steps of an expression.
import jsonata from "jsonata"
import type { EvaluateJsonata } from "./evaluate.ts"
import { StatesError } from "./states-error.ts"

/** An expression that recurses without an end would block the gateway. */
const MAX_STEPS = 100_000

/** Under this key, which is not in its types, jsonata calls a function before each step. */
const beforeStep = Symbol.for("jsonata.__evaluate_entry") as unknown as string

export const evaluateJsonata: EvaluateJsonata = async (expression, bindings) => {
  let steps = 0
  const countStep = () => {
    if (++steps > MAX_STEPS) throw new Error(`The expression has more than ${MAX_STEPS} steps`)
  }
  try {
    const compiled = jsonata(expression)
    for (const [name, value] of Object.entries(bindings)) compiled.assign(name, value)
    compiled.assign(beforeStep, countStep)
    const value: unknown = await compiled.evaluate(undefined)
    // Arrays of JSONata have properties of their own, and results can be functions.
    const text = JSON.stringify(value)
    return text === undefined ? undefined : JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String((error as { message?: unknown }).message)
    throw new StatesError("States.QueryEvaluationError", `The expression '${expression.trim()}' failed: ${message}`)
  }
}

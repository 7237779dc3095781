// JSONPath, as the States Language uses it: paths that read values, and reference paths that set one.
import { recordFrom } from "../../foundation/record-from.ts"
import { StatesError } from "./states-error.ts"

type Step =
  | { kind: "name"; name: string }
  | { kind: "index"; index: number }
  | { kind: "wildcard" }
  | { kind: "descent" }
  | { kind: "slice"; from: number | undefined; to: number | undefined }
  | { kind: "filter"; path: Step[]; operator: string | undefined; literal: unknown }

const token =
  /\.\.|\.?\*|\.([A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*)|\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+)|(-?\d*):(-?\d*)|(\*)|\?\((.*?)\))\s*\]|^([A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*)/y

/** @param path without its root: `.a.b[0]` @throws StatesError for an invalid path */
export function parsePath(path: string): Step[] {
  const steps: Step[] = []
  let at = 0
  while (at < path.length) {
    // After `..` a name has no dot.
    token.lastIndex = at
    const afterDescent = steps.at(-1)?.kind === "descent" && /^[A-Za-z_]/.test(path.slice(at))
    const found = afterDescent ? /^([A-Za-z_][\w-]*)/.exec(path.slice(at)) : token.exec(path)
    if (!found || found[0] === "") throw new StatesError("States.Runtime", `Invalid path '$${path}'`)
    at += found[0].length
    steps.push(afterDescent ? { kind: "name", name: found[0] } : stepOf(found, path))
  }
  if (steps.at(-1)?.kind === "descent") throw new StatesError("States.Runtime", `Invalid path '$${path}'`)
  return steps
}

function stepOf(found: RegExpExecArray, path: string): Step {
  const [text, dotted, single, double, index, from, to, bracketStar, filter, bare] = found
  if (text === "..") return { kind: "descent" }
  if (text === ".*" || text === "*" || bracketStar !== undefined) return { kind: "wildcard" }
  const name = dotted ?? bare ?? single ?? double
  if (name !== undefined) return { kind: "name", name: dotted ?? bare ?? name.replaceAll(/\\(.)/g, "$1") }
  if (index !== undefined) return { kind: "index", index: Number(index) }
  if (filter !== undefined) return filterOf(filter, path)
  const bound = (one: string | undefined) => (one === undefined || one === "" ? undefined : Number(one))
  return { kind: "slice", from: bound(from), to: bound(to) }
}

function filterOf(text: string, path: string): Step {
  const [, own, operator, literal] = /^\s*@([^=!<>]*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?))?\s*$/.exec(text) ?? []
  if (own === undefined) throw new StatesError("States.Runtime", `The filter of '$${path}' is not supported`)
  return { kind: "filter", path: parsePath(own), operator, literal: literal && literalOf(literal, path) }
}

function literalOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^'(.*)'$/s, (_, inner: string) => JSON.stringify(inner)))
  } catch {
    throw new StatesError("States.Runtime", `The filter of '$${path}' compares with an invalid value`)
  }
}

/** The values at a path. */
function select(root: unknown, steps: readonly Step[]): unknown[] {
  let values = [root]
  for (const step of steps) values = values.flatMap((value) => follow(value, step))
  return values
}

function follow(value: unknown, step: Step): unknown[] {
  switch (step.kind) {
    case "name":
      return isObject(value) && !Array.isArray(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : []
    case "index": {
      const index = Array.isArray(value) && step.index < 0 ? value.length + step.index : step.index
      return Array.isArray(value) && index in value ? [value[index]] : []
    }
    case "wildcard":
      return isObject(value) ? Object.values(value) : []
    case "descent":
      return isObject(value) ? [value, ...Object.values(value).flatMap((one) => follow(one, step))] : []
    case "slice":
      return Array.isArray(value) ? value.slice(step.from, step.to) : []
    case "filter":
      return isObject(value) ? Object.values(value).filter((one) => passes(one, step)) : []
  }
}

function passes(value: unknown, { path, operator, literal }: Extract<Step, { kind: "filter" }>): boolean {
  const [found] = select(value, path)
  if (operator === undefined) return found !== undefined && found !== false && found !== null
  if (operator === "==") return found === literal
  if (operator === "!=") return found !== literal
  if (typeof found !== typeof literal || (typeof found !== "number" && typeof found !== "string")) return false
  const other = literal as typeof found
  if (operator === "<") return found < other
  if (operator === ">") return found > other
  return operator === "<=" ? found <= other : found >= other
}

/** Whether a path names at most one value. */
function isDefinite(steps: readonly Step[]): boolean {
  return steps.every(({ kind }) => kind === "name" || kind === "index")
}

/**
 * The value at a path that begins with `$`, or the list of values of a path that can name several.
 * @returns undefined when a definite path finds nothing
 */
export function readPath(root: unknown, path: string): unknown {
  const steps = parsePath(path.slice(1))
  const found = select(root, steps)
  return isDefinite(steps) ? found[0] : found
}

/** A copy of `root` with `value` at a reference path. @throws StatesError where the path leads through a value */
export function writePath(root: unknown, path: string, value: unknown): unknown {
  const steps = parsePath(path.slice(1))
  if (!isDefinite(steps)) throw new StatesError("States.Runtime", `'${path}' is not a reference path`)
  return write(root, steps, { path, value })
}

function write(root: unknown, [step, ...rest]: readonly Step[], set: { path: string; value: unknown }): unknown {
  if (step === undefined) return set.value
  if (step.kind === "index") {
    if (!Array.isArray(root) || !(step.index in root)) throw mismatch(set.path)
    return root.map((one, index) => (index === step.index ? write(one, rest, set) : one))
  }
  const base = root ?? {}
  if (step.kind !== "name" || !isObject(base) || Array.isArray(base)) throw mismatch(set.path)
  const own = Object.hasOwn(base, step.name) ? base[step.name] : undefined
  return recordFrom([...Object.entries(base), [step.name, write(own, rest, set)]])
}

/** AWS: a result path that does not fit the input is this error (sfn-result-path) */
function mismatch(path: string): StatesError {
  return new StatesError("States.ResultPathMatchFailure", `Unable to apply ReferencePath ${path} to the input`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}

// Checks a fault that a user sets. Every mistake is an Error with a sentence that says what is wrong and how to fix it.
import type { Fault } from "../definition/fault.ts"
import { isRecord } from "../foundation/is-record.ts"

/** What faults may name. */
export type FaultNames = {
  routeKeys(): readonly string[]
  /** Names and logical ids. */
  functionNames(): readonly string[]
  isOpen(connectionId: string): boolean
}

const MAX_DELAY_MS = 24 * 60 * 60_000
const MAX_COUNT = 1_000_000

type Field = "on" | "code" | "delayMs" | "errorType" | "errorMessage" | "connectionId" | "routeKey" | "functionName"

const frameTarget: readonly Field[] = ["connectionId", "routeKey"]
const functionTarget: readonly Field[] = ["connectionId", "routeKey", "functionName"]

/** The fields of each effect in addition to `effect` and the limits. */
const effects = new Map<Fault["effect"], readonly Field[]>([
  ["drop", ["on", ...frameTarget]],
  ["close", ["on", "code", ...frameTarget]],
  ["delay", ["on", "delayMs", ...frameTarget]],
  ["duplicate", frameTarget],
  ["gone", ["connectionId"]],
  ["limit-exceeded", ["connectionId"]],
  ["function-error", ["errorType", "errorMessage", ...functionTarget]],
  ["function-delay", ["delayMs", ...functionTarget]],
  ["function-cold-start", functionTarget],
  ["function-throttle", functionTarget],
  ["skip-disconnect", ["connectionId"]],
])

const limits = ["probability", "count", "expiresAfterMs"]

/** @throws Error with a sentence */
export function readFault(input: unknown, names: FaultNames): Fault {
  if (!isRecord(input)) throw new Error("A fault is an object with an effect.")
  const given = new Map(Object.entries(input).filter(([, value]) => value !== undefined && value !== null))
  const effect = given.get("effect") as Fault["effect"]
  const fields = effects.get(effect)
  if (!fields) {
    throw new Error(`"${String(effect)}" is not a known effect. Known effects: ${[...effects.keys()].join(", ")}.`)
  }
  const known = ["effect", ...fields, ...limits]
  for (const name of given.keys()) {
    if (!known.includes(name)) {
      throw new Error(`"${name}" is not a field of the effect "${effect}". Its fields: ${known.slice(1).join(", ")}.`)
    }
  }
  if (fields.includes("on")) checkMoment(effect, given)
  if (fields.includes("code")) checkCode(given.get("code"))
  if (fields.includes("delayMs")) checkNumber(given, "delayMs", { from: 1, to: MAX_DELAY_MS, isRequired: true })
  for (const name of ["errorType", "errorMessage"]) checkText(given, name)
  checkTarget(given, names)
  if (fields === effects.get("duplicate") || fields.includes("on")) checkMessageRoute(effect, given.get("routeKey"))
  checkNumber(given, "probability", { from: 0, to: 1 })
  checkNumber(given, "count", { from: 1, to: MAX_COUNT, isWhole: true })
  checkNumber(given, "expiresAfterMs", { from: 1, to: MAX_DELAY_MS })
  return Object.fromEntries(given) as Fault
}

function checkMoment(effect: string, given: ReadonlyMap<string, unknown>): void {
  const moments = effect === "delay" ? ["message", "push"] : ["message", "push", "now"]
  const on = given.get("on") ?? "message"
  if (!moments.includes(on as string)) {
    throw new Error(`"on" is "${String(on)}". The effect "${effect}" happens on ${moments.join(" or ")}.`)
  }
  if (on !== "now") return
  const unused = ["routeKey", "count", "expiresAfterMs"].find((name) => given.has(name))
  if (unused !== undefined) throw new Error(`"${unused}" has no effect on now. Remove it.`)
}

function checkCode(code: unknown): void {
  // RFC 6455: the codes that an endpoint may send.
  const isStandard = typeof code === "number" && code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)
  if (Number.isInteger(code) && (isStandard || (Number(code) >= 3000 && Number(code) <= 4999))) return
  throw new Error(`"code" is ${JSON.stringify(code)}. Use a close code from 1000 to 1014 or from 3000 to 4999.`)
}

function checkText(given: ReadonlyMap<string, unknown>, name: string): void {
  if (given.has(name) && typeof given.get(name) !== "string") throw new Error(`"${name}" is not a text.`)
}

function checkTarget(given: ReadonlyMap<string, unknown>, names: FaultNames): void {
  for (const name of ["connectionId", "routeKey", "functionName"]) checkText(given, name)
  const connectionId = given.get("connectionId")
  if (connectionId !== undefined && !names.isOpen(String(connectionId))) {
    throw new Error(`No connection "${connectionId}" is open. Name an open one, or leave "connectionId" out.`)
  }
  checkName(given.get("routeKey"), "route", names.routeKeys())
  checkName(given.get("functionName"), "function", names.functionNames())
}

function checkMessageRoute(effect: string, routeKey: unknown): void {
  if (routeKey !== "$connect" && routeKey !== "$disconnect") return
  throw new Error(`The effect "${effect}" concerns messages, and ${routeKey} has none. Name another route.`)
}

function checkName(name: unknown, what: string, known: readonly string[]): void {
  if (name === undefined || known.includes(String(name))) return
  throw new Error(`"${name}" is not a ${what} of the deployment. Its ${what}s: ${known.join(", ")}.`)
}

function checkNumber(
  given: ReadonlyMap<string, unknown>,
  name: string,
  {
    from,
    to,
    isRequired = false,
    isWhole = false,
  }: { from: number; to: number; isRequired?: boolean; isWhole?: boolean },
): void {
  const value = given.get(name)
  if (value === undefined && !isRequired) return
  if (typeof value === "number" && value >= from && value <= to && (!isWhole || Number.isInteger(value))) return
  throw new Error(
    `"${name}" is ${JSON.stringify(value) ?? "missing"}. Give a ${isWhole ? "whole " : ""}number from ${from} to ${to}.`,
  )
}

// Validates what an execution environment sends: a handler can write anything to the channel of its own runtime.
import { parseJson } from "../foundation/parse-json.ts"
import type { FromRuntime } from "./runtime/messages.ts"

type Fields = Record<string, unknown>

const hasFields: { [Type in FromRuntime["type"]]: (fields: Fields, payload: string) => boolean } = {
  ready: ({ initMs, readsInvokeFrames }) => isDuration(initMs) && isOptional(readsInvokeFrames, isFlag),
  "init-failed": ({ initMs, error }) => isDuration(initMs) && isError(error),
  responded: ({ requestId, durationMs, memoryBytes }, payload) =>
    isText(requestId) && isDuration(durationMs) && isDuration(memoryBytes) && parseJson(payload) !== undefined,
  "stream-began": ({ requestId }, payload) => isText(requestId) && parseJson(payload) !== undefined,
  "stream-part": ({ requestId }) => isText(requestId),
  failed: ({ requestId, error, durationMs, memoryBytes, fatal }) =>
    isOptional(requestId, isText) &&
    isError(error) &&
    isDuration(durationMs) &&
    isDuration(memoryBytes) &&
    isFlag(fatal),
  recalled: ({ count }) => isCount(count),
  output: ({ kind, cutBytes }) => (kind === "stdout" || kind === "stderr") && isOptional(cutBytes, isCount),
  memory: ({ bytes }) => isDuration(bytes),
  exiting: ({ requestId }) => isOptional(requestId, isText),
}

/** @returns undefined for an invalid message */
export function readRuntimeMessage(header: unknown, payload: string): FromRuntime | undefined {
  if (typeof header !== "object" || header === null) return undefined
  const { type } = header as Fields
  if (typeof type !== "string" || !Object.hasOwn(hasFields, type)) return undefined
  const isValid = hasFields[type as FromRuntime["type"]](header as Fields, payload)
  return isValid ? (header as FromRuntime) : undefined
}

function isOptional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value)
}

function isText(value: unknown): boolean {
  return typeof value === "string"
}

function isFlag(value: unknown): boolean {
  return typeof value === "boolean"
}

function isDuration(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isError(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false
  const { errorType, errorMessage, trace } = value as Fields
  return isText(errorType) && isText(errorMessage) && (trace === undefined || isTrace(trace))
}

function isTrace(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}

// Turns whatever a handler threw into the error object that Lambda's Node.js runtime answers with.
import { types } from "node:util"
import type { SerializedError } from "./messages.ts"

/** @param thrown anything; what is no error has its type as `errorType` and no trace. */
export function serializeError(thrown: unknown): SerializedError {
  try {
    if (isErrorLike(thrown)) {
      return { errorType: thrown.name, errorMessage: thrown.message, trace: traceOf(thrown) }
    }
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
  } catch {
    // A hostile `toString` or getter must not take the runtime down with it.
    // AWS: the runtime reports an unreadable error with this type (lambda-error-any)
    return {
      errorType: "handled",
      errorMessage:
        "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack",
    }
  }
}

// AWS: stack traces name the runtime's files under this folder (lambda-runtime-frames)
const runtimeFolder = "file:///var/runtime/"
const thisFolder = new URL("./", import.meta.url).href

function traceOf({ stack }: Error): string[] {
  return (stack ?? "").replaceAll(thisFolder, runtimeFolder).split("\n")
}

// Errors from another realm (`vm`) or bundled look-alikes are no instances of this realm's Error.
function isErrorLike(thrown: unknown): thrown is Error {
  if (types.isNativeError(thrown)) return true
  return typeof thrown === "object" && thrown !== null && "name" in thrown && "message" in thrown && "stack" in thrown
}

/** An error of the runtime itself, which Lambda names `Runtime.Something`. */
export function runtimeError(errorType: string, message: string, stack?: string): Error {
  const error = new Error(message)
  error.name = errorType
  if (stack !== undefined) error.stack = stack
  return error
}

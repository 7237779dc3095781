// Converts a thrown value to the error object that Lambda's Node.js runtime returns.
import { types } from "./builtins.ts"
import type { SerializedError } from "./messages.ts"

/** @param thrown anything; a value that is not an error has its type as `errorType` and no trace. */
export function serializeError(thrown: unknown): SerializedError {
  try {
    if (isErrorLike(thrown)) {
      return { errorType: String(thrown.name), errorMessage: String(thrown.message), trace: traceOf(thrown) }
    }
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
  } catch {
    // A `toString` or getter that throws must not end the runtime.
    // AWS: the runtime reports an unreadable error with this type (lambda-error-any)
    return {
      errorType: "handled",
      errorMessage:
        "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack",
    }
  }
}

// AWS: stack traces name the runtime's files under this folder (lambda-runtime-frames)
const runtimeFolderOnAws = "file:///var/runtime/"
const runtimeFolder = new URL("./", import.meta.url).href

function traceOf({ stack }: Error): string[] {
  return String(stack ?? "")
    .replaceAll(runtimeFolder, runtimeFolderOnAws)
    .split("\n")
}

// Errors from another realm (`vm`) and bundled classes that imitate Error are not instances of this realm's Error.
function isErrorLike(thrown: unknown): thrown is Error {
  if (types.isNativeError(thrown)) return true
  return typeof thrown === "object" && thrown !== null && "name" in thrown && "message" in thrown && "stack" in thrown
}

// AWS?: how much of a large error Lambda keeps is not known (lambda-error-size)
const MAX_MESSAGE_CHARACTERS = 256 * 1024
const MAX_TRACE_LINES = 1000

/** Cuts an error that is too large to be sent. */
export function limitError(error: SerializedError): SerializedError {
  const { errorType, errorMessage, trace } = error
  const characters = (trace ?? []).reduce((sum, line) => sum + line.length, errorType.length + errorMessage.length)
  if (characters < MAX_MESSAGE_CHARACTERS) return withoutPrototype(error)
  let left = MAX_MESSAGE_CHARACTERS
  const cut = (text: string) => {
    const part = text.slice(0, left)
    left -= part.length
    return part
  }
  return withoutPrototype({
    errorType: cut(errorType),
    errorMessage: cut(errorMessage),
    ...(trace ? { trace: trace.slice(0, MAX_TRACE_LINES).map(cut).filter(Boolean) } : {}),
  })
}

/** For JSON in which a `toJSON` of Object.prototype does not apply. */
function withoutPrototype(error: SerializedError): SerializedError {
  if (error.trace) Object.setPrototypeOf(error.trace, null)
  return Object.assign(Object.create(null), error)
}

/** An error of the runtime itself, which Lambda names `Runtime.Something`. */
export function runtimeError(errorType: string, message: string, stack?: string): Error {
  const error = new Error(message)
  error.name = errorType
  if (stack !== undefined) error.stack = stack
  return error
}

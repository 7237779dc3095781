// Finds a function's handler in its code, in the order and with the errors of Lambda's Node.js runtime.
import { basename, join } from "node:path"
import { existsSync, pathToFileURL } from "./builtins.ts"
import type { Context } from "./context.ts"
import { runtimeError } from "./serialize-error.ts"
import type { HandlerNotFoundCause } from "./suggest-fix.ts"

export type Callback = (error?: unknown, result?: unknown) => void
export type Handler = (event: unknown, context: Context, callback?: Callback) => unknown

/**
 * @param handler `index.handler`, `folder/index.nested.handler`
 * @throws `Runtime.MalformedHandlerName`, `Runtime.ImportModuleError`, `Runtime.UserCodeSyntaxError`,
 *   `Runtime.HandlerNotFound`, `Runtime.CallbackHandlerDeprecated`, or what the module itself threw.
 */
export async function loadHandler(taskRoot: string, handler: string, runtime: string): Promise<Handler> {
  const { modulePath, exportPath } = parseHandler(handler)
  const file = fileOf(taskRoot, modulePath)
  const exports = await importModule(file)
  const found = resolveExport(exports, exportPath)
  if (found === undefined) throw handlerNotFound(handler, file, exports)
  if (typeof found !== "function") throw runtimeError("Runtime.HandlerNotFound", `${handler} is not a function`)
  // AWS: the number of declared parameters decides, also for an async function (lambda-callback-refused)
  if (found.length >= 3 && !acceptsCallbacks(runtime)) {
    throw runtimeError(
      "Runtime.CallbackHandlerDeprecated",
      "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.",
    )
  }
  return found as Handler
}

/** @param runtime `nodejs22.x`, or one of the first ones: `nodejs8.10`, `nodejs` */
export function acceptsCallbacks(runtime: string): boolean {
  if (runtime === "nodejs") return true
  const major = /^nodejs(\d+)\./.exec(runtime)?.[1]
  return major !== undefined && Number(major) < 24
}

function parseHandler(handler: string): { modulePath: string; exportPath: string[] } {
  if (handler.includes("..")) {
    throw runtimeError(
      "Runtime.MalformedHandlerName",
      `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    )
  }
  const file = basename(handler)
  const dot = file.indexOf(".")
  if (dot < 1) throw runtimeError("Runtime.MalformedHandlerName", "Bad handler")
  const folder = handler.slice(0, handler.length - file.length)
  return { modulePath: folder + file.slice(0, dot), exportPath: file.slice(dot + 1).split(".") }
}

function fileOf(taskRoot: string, modulePath: string): string {
  // AWS: a name without extension first, then .js, .mjs, .cjs (lambda-modules)
  const file = [".js", ".mjs", ".cjs"].map((extension) => join(taskRoot, modulePath + extension)).find(existsSync)
  if (!file) {
    throw runtimeError("Runtime.ImportModuleError", `Error: Cannot find module '${basename(modulePath)}'`)
  }
  return file
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    throw asImportError(error)
  }
}

function handlerNotFound(handler: string, file: string, exports: Record<string, unknown>): Error {
  const error = runtimeError("Runtime.HandlerNotFound", `${handler} is undefined or not exported`)
  const ofCommonJs = typeof exports.default === "object" && exports.default !== null ? Object.keys(exports.default) : []
  const exportNames = [...new Set([...Object.keys(exports), ...ofCommonJs])].filter(
    (name) => name !== "module.exports" && name !== "__esModule" && (name !== "default" || ofCommonJs.length === 0),
  )
  error.cause = { file, exportNames } satisfies HandlerNotFoundCause
  return error
}

function asImportError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const code = (error as NodeJS.ErrnoException).code
  if (error instanceof SyntaxError) return runtimeError("Runtime.UserCodeSyntaxError", String(error), error.stack)
  // AWS: only a missing module of `require` has this type; one of `import` is an Error (lambda-module-missing)
  if (code === "MODULE_NOT_FOUND") {
    return runtimeError("Runtime.ImportModuleError", String(error), error.stack)
  }
  return error
}

// A CommonJS module imported as ESM shows only those names that Node can guess; all of them are on `default`.
function resolveExport(exports: Record<string, unknown>, path: string[]): unknown {
  return follow(exports, path) ?? follow(exports.default, path)
}

function follow(from: unknown, path: string[]): unknown {
  let value = from
  for (const name of path) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

// Sends what a handler prints to the gateway, in the order it was printed and in Lambda's two log formats. A message
// port is used and not the thread's own stdout, because that one is lost when the thread is ended in a busy loop.
import { format } from "node:util"
import { serializeError } from "./serialize-error.ts"

type Print = (kind: "stdout" | "stderr", text: string) => void

const levels = { debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR", trace: "TRACE" } as const

/** @param requestId the invocation that runs now; `undefined` during init. */
export function captureOutput(logFormat: "Text" | "JSON", requestId: () => string | undefined, print: Print): void {
  const render = logFormat === "JSON" ? renderJson : renderText
  for (const [method, level] of Object.entries(levels)) {
    console[method as keyof typeof levels] = (...values: unknown[]) =>
      print("stdout", render(level, requestId(), values))
  }
  captureStream(process.stdout, (text) => print("stdout", text))
  captureStream(process.stderr, (text) => print("stderr", text))
}

// AWS: time, request id, level and message, separated by tabs; during init the id is "undefined" (lambda-log-console)
function renderText(level: string, requestId: string | undefined, values: unknown[]): string {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...values)}`
}

// AWS: in the JSON format an error among the values has fields of its own (lambda-log-json)
function renderJson(level: string, requestId: string | undefined, values: unknown[]): string {
  const only = values.length === 1 ? values[0] : undefined
  const line: Record<string, unknown> = { timestamp: new Date().toISOString(), level, requestId }
  line.message = isPlainObject(only) ? only : format(...values)
  const error = values.find((value) => value instanceof Error)
  if (error) {
    const { errorType, errorMessage, trace } = serializeError(error)
    Object.assign(line, { errorType, errorMessage, stackTrace: trace })
  }
  try {
    return JSON.stringify(line)
  } catch {
    return JSON.stringify({ ...line, message: format(...values) })
  }
}

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(value instanceof Error)
}

function captureStream(stream: NodeJS.WriteStream, print: (text: string) => void): void {
  stream.write = (chunk: Uint8Array | string, encoding?: unknown, done?: unknown) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString()
    print(text.endsWith("\n") ? text.slice(0, -1) : text)
    const callback = typeof encoding === "function" ? encoding : done
    if (typeof callback === "function") queueMicrotask(() => callback())
    return true
  }
}

// Sends what a handler prints to the gateway, in the order it was printed and in Lambda's two log formats. It goes
// through the channel and not through the process's own streams, so that it keeps its order with the result.
import { MAX_LINE_BYTES } from "../output-limit.ts"
import { format, Writable } from "./builtins.ts"
import { serializeError } from "./serialize-error.ts"

type Stream = "stdout" | "stderr"
/** @param cutBytes how much of the text was over the limit of a line */
type Print = (kind: Stream, text: string, cutBytes: number) => void

// A handler may replace it.
const OwnDate = Date

const levels = { debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR", trace: "TRACE" } as const

export type OutputOptions = {
  logFormat: "Text" | "JSON"
  /** The invocation that runs; `undefined` during init. */
  requestId(): string | undefined
  print: Print
}

export function captureOutput({ logFormat, requestId, print }: OutputOptions): void {
  const render = logFormat === "JSON" ? renderJson : renderText
  const printWithinLimit = (kind: Stream, text: string) => print(kind, ...cut(text))
  for (const [method, level] of Object.entries(levels)) {
    console[method as keyof typeof levels] = (...values: unknown[]) =>
      printWithinLimit("stdout", render(level, requestId(), values))
  }
  const streams = {
    stdout: new OutputStream(1, (text) => printWithinLimit("stdout", text)),
    stderr: new OutputStream(2, (text) => printWithinLimit("stderr", text)),
  }
  for (const [name, value] of Object.entries(streams)) {
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true, writable: true })
  }
}

function cut(text: string): [text: string, cutBytes: number] {
  if (text.length * 3 <= MAX_LINE_BYTES) return [text, 0]
  const bytes = Buffer.from(text)
  if (bytes.length <= MAX_LINE_BYTES) return [text, 0]
  return [bytes.toString("utf8", 0, MAX_LINE_BYTES), bytes.length - MAX_LINE_BYTES]
}

// AWS: time, request id, level and message, separated by tabs; during init the id is "undefined" (lambda-log-console)
function renderText(level: string, requestId: string | undefined, values: unknown[]): string {
  return `${new OwnDate().toISOString()}\t${requestId}\t${level}\t${format(...values)}`
}

// AWS: in the JSON format an error among the values has its own fields (lambda-log-json)
function renderJson(level: string, requestId: string | undefined, values: unknown[]): string {
  const only = values.length === 1 ? values[0] : undefined
  const line: Record<string, unknown> = { timestamp: new OwnDate().toISOString(), level, requestId }
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

/**
 * Replaces standard output or standard error. The stream of Node.js would make its descriptor non-blocking, so that a
 * handler which writes to the descriptor could fail with EAGAIN.
 */
class OutputStream extends Writable {
  readonly fd: number
  readonly #print: (text: string) => void

  constructor(fd: number, print: (text: string) => void) {
    super({ decodeStrings: false })
    this.fd = fd
    this.#print = print
  }

  override _write(chunk: Uint8Array | string, _encoding: string, done: () => void): void {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString()
    this.#print(text.endsWith("\n") ? text.slice(0, -1) : text)
    done()
  }
}

// Serves Lambda's runtime API to the program of one execution environment, which asks for its invocations over HTTP.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Clock } from "../foundation/clock.ts"
import { parseJson, parseJsonObject } from "../foundation/parse-json.ts"
import { readBody } from "../foundation/read-body.ts"
import type { FromRuntime, InvokeMessage, SerializedError } from "./runtime/messages.ts"
import { traceId } from "./runtime/trace-id.ts"

// AWS: a synchronous response has at most 6 MB, plus a kilobyte of the runtime's own (lambda-answer-size)
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100
const MAX_ERROR_BYTES = 256 * 1024
const MAX_CONNECTIONS = 32

const API = "/2018-06-01/runtime"
const ofInvocation = new RegExp(`^${API}/invocation/([^/]+)/(response|error)$`)

export type RuntimeApiOptions = {
  clock: Clock
  timeoutMs: number
  onMessage(message: FromRuntime, payload: string): void
  /** What the program's memory is now, in bytes. */
  memoryBytes(): number
}

type Waiting = { message: InvokeMessage; payload: string }
type Running = { requestId: string; begunAt: number }

export class RuntimeApi {
  readonly #options: RuntimeApiOptions
  readonly #server: Server
  readonly #startedAt: number
  #phase: "init" | "ready" | "failed" = "init"
  /** The request for the next invocation. */
  #next: ServerResponse | undefined
  #waiting: Waiting | undefined
  #running: Running | undefined

  constructor(options: RuntimeApiOptions) {
    this.#options = options
    this.#startedAt = options.clock.now()
    // AWS: a program may wait for its next invocation without a limit (custom-next)
    this.#server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
      this.#handle(request, response).catch(() => response.destroy())
    })
    this.#server.maxConnections = MAX_CONNECTIONS
  }

  /** @returns the value of `AWS_LAMBDA_RUNTIME_API` */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject)
      this.#server.listen(0, "127.0.0.1", resolve)
    })
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** Whether an invocation was given to this environment and not to its program. */
  get hasUnfetched(): boolean {
    return this.#waiting !== undefined
  }

  /** One at a time: the next one only after the result of this one. */
  invoke(message: InvokeMessage, payload: string): void {
    this.#waiting = { message, payload }
    this.#deliver()
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = "" } = request
    const [, requestId = "", kind] = ofInvocation.exec(url) ?? []
    if (method === "GET" && url === `${API}/invocation/next`) this.#askNext(response)
    else if (method === "POST" && kind === "response") await this.#respond(requestId, request, response)
    else if (method === "POST" && kind === "error") await this.#fail(requestId, request, response)
    else if (method === "POST" && url === `${API}/init/error`) await this.#failInit(request, response)
    else response.writeHead(404).end("404 page not found\n")
  }

  #askNext(response: ServerResponse): void {
    if (this.#running) {
      rejectTransition(response, "Running", "Ready")
      return
    }
    this.#next = response
    response.once("close", () => {
      if (this.#next === response) this.#next = undefined
    })
    // AWS: the first request for an invocation ends init (custom-next)
    if (this.#phase === "init") {
      this.#phase = "ready"
      this.#options.onMessage({ type: "ready", initMs: this.#options.clock.now() - this.#startedAt }, "")
    }
    this.#deliver()
  }

  #deliver(): void {
    if (!this.#next || !this.#waiting) return
    const { message, payload } = this.#waiting
    const response = this.#next
    this.#waiting = undefined
    this.#next = undefined
    const begunAt = this.#options.clock.now()
    this.#running = { requestId: message.requestId, begunAt }
    // AWS: the headers of an invocation (custom-next)
    response.writeHead(200, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(payload),
      "Lambda-Runtime-Aws-Request-Id": message.requestId,
      "Lambda-Runtime-Deadline-Ms": begunAt + this.#options.timeoutMs,
      "Lambda-Runtime-Invoked-Function-Arn": message.invokedFunctionArn,
      "Lambda-Runtime-Trace-Id": traceId(message.requestId, begunAt),
    })
    response.end(payload)
  }

  async #respond(requestId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { body, bytes } = await readBody(request, MAX_RESPONSE_BYTES)
    const ended = this.#end(requestId, response)
    if (!ended) return
    if (!body) {
      // AWS: a response over 6 MB is rejected, and the invocation fails (custom-response-size)
      const limit = `maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`
      reject(response, 413, "RequestEntityTooLarge", `Exceeded ${limit}`)
      const errorMessage = `Response payload size (${bytes} bytes) exceeded ${limit}`
      const error = { errorMessage, errorType: "Function.ResponseSizeTooLarge" }
      this.#options.onMessage({ type: "failed", error, fatal: false, ...ended }, "")
      return
    }
    accept(response)
    this.#options.onMessage({ type: "responded", ...ended }, asJson(body.toString()))
  }

  async #fail(requestId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const error = await readError(request)
    const ended = this.#end(requestId, response)
    if (!ended) return
    accept(response)
    this.#options.onMessage({ type: "failed", error, fatal: false, ...ended }, "")
  }

  async #failInit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const error = await readError(request)
    if (this.#phase !== "init") {
      rejectTransition(response, "Ready", "InitError")
      return
    }
    this.#phase = "failed"
    accept(response)
    const initMs = this.#options.clock.now() - this.#startedAt
    // The response first, because the process is killed.
    response.once("close", () => this.#options.onMessage({ type: "init-failed", error, initMs }, ""))
  }

  /** @returns undefined, with a response, for a request that is not about the invocation that runs */
  #end(requestId: string, response: ServerResponse) {
    const running = this.#running
    if (!running) rejectTransition(response, "Ready", "InvocationResponse")
    else if (running.requestId !== requestId) reject(response, 400, "InvalidRequestID", "Invalid request ID")
    else {
      this.#running = undefined
      const durationMs = this.#options.clock.now() - running.begunAt
      return { requestId, durationMs, memoryBytes: this.#options.memoryBytes() }
    }
    return undefined
  }
}

function accept(response: ServerResponse): void {
  respondJson(response, 202, { status: "OK" })
}

// AWS: errors of the runtime API have a message and a type (custom-errors)
function reject(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  respondJson(response, status, { errorMessage, errorType })
}

function rejectTransition(response: ServerResponse, from: string, to: string): void {
  const message = `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`
  reject(response, 403, "InvalidStateTransition", message)
}

function respondJson(response: ServerResponse, status: number, value: object): void {
  const text = `${JSON.stringify(value)}\n`
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) })
  response.end(text)
}

/** AWS: the body of an error is returned as it is; a header may name its type (custom-error) */
async function readError(request: IncomingMessage): Promise<SerializedError> {
  const type = request.headers["lambda-runtime-function-error-type"]
  const { body } = await readBody(request, MAX_ERROR_BYTES)
  const fields = parseJsonObject(body?.toString() ?? "") ?? {}
  const errorType = fields.errorType ?? type
  const { errorMessage } = fields
  return {
    ...fields,
    errorType: typeof errorType === "string" ? errorType : "Runtime.Unknown",
    errorMessage: typeof errorMessage === "string" ? errorMessage : "",
  }
}

/** Differs: text that is not JSON becomes a JSON string, because results are JSON everywhere here (custom-response-text) */
function asJson(text: string): string {
  return parseJson(text) === undefined ? JSON.stringify(text) : text
}

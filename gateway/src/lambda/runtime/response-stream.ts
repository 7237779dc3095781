// Installs the global `awslambda` of Lambda's Node.js runtimes, for handlers that stream their response. A caller that wants a
// stream receives each part when it is written; any other caller receives the whole response as the result, in the payload
// format of function URLs.
import { finished, Writable } from "./builtins.ts"
import type { Context } from "./context.ts"
import type { Handler } from "./load-handler.ts"
import { runtimeError } from "./serialize-error.ts"

type StreamingHandler = (event: unknown, stream: ResponseStream, context: Context) => unknown

type Metadata = { statusCode?: number; headers?: Record<string, string>; cookies?: string[] }

/** Where the parts of a response go. */
export type StreamSink = {
  /** @param head status, headers and cookies as JSON text */
  begin(head: string): void
  /** @param done called when there is room for more */
  write(part: Buffer, done: () => void): void
}

/** AWS: a streamed response has at most 200 MB (furl-stream-size) */
const MAX_STREAMED_BYTES = 200 * 1024 * 1024
/** Of a frame; a larger part is divided. */
const MAX_PART_BYTES = 1024 * 1024

// A handler may replace what the runtime uses of its realm.
const { setInterval, clearInterval } = globalThis

let currentSink: StreamSink | undefined

/** Sets where the next handler streams to. */
export function streamTo(sink: StreamSink | undefined): void {
  currentSink = sink
}

export function installResponseStream(realm: object): void {
  const awslambda = { streamifyResponse, HttpResponseStream: { from: withMetadata } }
  Object.defineProperty(realm, "awslambda", { value: awslambda, writable: true, configurable: true })
}

class ResponseStream extends Writable {
  readonly sink = currentSink
  readonly #chunks: Buffer[] = []
  metadata: Metadata | undefined
  #contentType = "application/octet-stream"
  #streamedBytes = 0
  #hasBegun = false

  setContentType(contentType: unknown): void {
    this.#contentType = String(contentType)
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    if (this.sink) this.#stream(this.sink, chunk, callback)
    else {
      this.#chunks.push(chunk)
      callback()
    }
  }

  override _final(callback: () => void): void {
    if (this.sink) this.#begin(this.sink)
    callback()
  }

  #begin(sink: StreamSink): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    sink.begin(JSON.stringify(this.#head()))
  }

  #stream(sink: StreamSink, chunk: Buffer, callback: (error?: Error) => void): void {
    this.#begin(sink)
    this.#streamedBytes += chunk.length
    if (this.#streamedBytes > MAX_STREAMED_BYTES) {
      const message = `The streamed response exceeds ${MAX_STREAMED_BYTES} bytes.`
      callback(runtimeError("Function.ResponseSizeTooLarge", message))
      return
    }
    // The channel to the gateway alone does not keep the process of a handler with callbacks running.
    const keepAlive = setInterval(() => {}, 2 ** 30)
    const writeFrom = (start: number): void => {
      if (start >= chunk.length) {
        clearInterval(keepAlive)
        callback()
      } else sink.write(chunk.subarray(start, start + MAX_PART_BYTES), () => writeFrom(start + MAX_PART_BYTES))
    }
    writeFrom(0)
  }

  #head(): object {
    const { statusCode = 200, headers = {}, cookies } = this.metadata ?? {}
    return {
      statusCode,
      headers: this.metadata ? headers : { "content-type": this.#contentType },
      ...(cookies && { cookies }),
    }
  }

  result(): object {
    return { ...this.#head(), body: Buffer.concat(this.#chunks).toString("base64"), isBase64Encoded: true }
  }
}

function streamifyResponse(handler: StreamingHandler): Handler {
  return async (event, context) => {
    const stream = new ResponseStream()
    const ended = finished(stream)
    // A handler that throws may leave the stream open.
    ended.catch(() => {})
    await handler(event, stream, context)
    await ended
    return stream.sink ? null : stream.result()
  }
}

function withMetadata(stream: ResponseStream, metadata: Metadata): ResponseStream {
  stream.metadata = metadata
  return stream
}

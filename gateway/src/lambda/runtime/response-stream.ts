// The global `awslambda` of Lambda's Node.js runtimes, for handlers that stream their response. The response is collected,
// and the result of the invocation has it as a whole, in the payload format of function URLs.
// Differs: responses are not streamed; 6 MB is the limit, also without a URL (furl-streaming)
import { Writable } from "node:stream"
import { finished } from "node:stream/promises"
import type { Context } from "./context.ts"
import type { Handler } from "./load-handler.ts"

type StreamingHandler = (event: unknown, stream: ResponseStream, context: Context) => unknown

type Metadata = { statusCode?: number; headers?: Record<string, string>; cookies?: string[] }

export function installResponseStream(realm: object): void {
  const awslambda = { streamifyResponse, HttpResponseStream: { from: withMetadata } }
  Object.defineProperty(realm, "awslambda", { value: awslambda, writable: true, configurable: true })
}

class ResponseStream extends Writable {
  readonly #chunks: Buffer[] = []
  metadata: Metadata | undefined
  #contentType = "application/octet-stream"

  setContentType(contentType: unknown): void {
    this.#contentType = String(contentType)
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#chunks.push(chunk)
    callback()
  }

  result(): object {
    const { statusCode = 200, headers = {}, cookies } = this.metadata ?? {}
    return {
      statusCode,
      headers: this.metadata ? headers : { "content-type": this.#contentType },
      ...(cookies && { cookies }),
      body: Buffer.concat(this.#chunks).toString("base64"),
      isBase64Encoded: true,
    }
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
    return stream.result()
  }
}

function withMetadata(stream: ResponseStream, metadata: Metadata): ResponseStream {
  stream.metadata = metadata
  return stream
}

// Makes the HTTP response of a function that streams: status and headers first, then the parts of the body.
import { PassThrough } from "node:stream"
import type { InvocationStream } from "../../definition/invocation.ts"
import type { HttpResponse } from "../http/request.ts"
import { readHttpResponse } from "../http/response.ts"

export type StreamedResponse = {
  /** Resolves when the function has begun to respond; with `malformed` when its status or headers are invalid. */
  began: Promise<HttpResponse | { malformed: string }>
  /** Receives the response from the invocation. */
  stream: InvocationStream
  end(): void
  /** Closes the connection before the end of the response, so that the client notices. */
  abort(): void
}

export function createStreamedResponse(): StreamedResponse {
  const body = new PassThrough()
  // The client has disconnected: `close` follows.
  body.on("error", () => {})
  const began = Promise.withResolvers<HttpResponse | { malformed: string }>()
  const length = Promise.withResolvers<number>()
  let bytes = 0
  body.on("close", () => length.resolve(bytes))
  return {
    began: began.promise,
    stream: {
      begin(head) {
        const response = readHttpResponse(head, { version: "2.0" })
        if ("malformed" in response) {
          began.resolve(response)
          body.destroy()
          return
        }
        began.resolve({ ...response, streamed: { body, length: length.promise } })
      },
      write(part) {
        if (body.destroyed) return Promise.resolve()
        bytes += part.length
        return new Promise((resolve) => body.write(part, () => resolve()))
      },
    },
    end: () => void body.end(),
    abort: () => void body.destroy(new Error("The function failed.")),
  }
}

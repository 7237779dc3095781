// Reads a request's body up to a limit.
import type { IncomingMessage } from "node:http"

/** @returns undefined when the body is larger than `maxBytes`; the rest is discarded */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving an ordinary loop over a stream destroys it, and with it the socket that the response needs.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) {
      request.resume()
      return undefined
    }
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

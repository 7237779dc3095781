// Reads the body of a request to a service, up to a limit.
import type { IncomingMessage } from "node:http"

/** @returns undefined when the body is larger; it is then read to its end, or the client would not read the response */
export async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= maxBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : undefined
}

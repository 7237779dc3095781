// Reads the body of a request up to a limit.
import type { IncomingMessage } from "node:http"

/**
 * Reads to the end also when the body is larger than the limit, or the client would not read the response.
 *
 * @returns the body, absent when it is larger, and how many bytes it had
 */
export async function readBody(
  incoming: IncomingMessage,
  maxBytes: number,
): Promise<{ body: Buffer | undefined; bytes: number }> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= maxBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  return { body: bytes <= maxBytes ? Buffer.concat(chunks) : undefined, bytes }
}

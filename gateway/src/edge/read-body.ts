// Reads a request's body up to a limit.
import type { IncomingMessage } from "node:http"
import type { MemoryLease } from "../foundation/memory-budget.ts"

/**
 * Reads all of the body.
 * @param lease what the body takes of the memory for requests
 * @returns why the body was not read to its end; the rest is discarded then
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  lease: MemoryLease,
): Promise<Buffer | "too-large" | "no-memory"> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving an ordinary loop over a stream destroys it, and with it the socket that the response needs.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    const problem = bytes > maxBytes ? "too-large" : lease.take(chunk.length) ? undefined : "no-memory"
    if (problem) {
      request.resume()
      return problem
    }
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

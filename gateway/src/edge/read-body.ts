// Reads a request's body up to a limit.
import type { IncomingMessage } from "node:http"
import type { MemoryLease } from "../foundation/memory-budget.ts"

/**
 * Reads all of the body.
 * @param lease what the body takes of the memory for requests
 * @returns why the body was not read to its end; the rest is discarded then
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  lease: MemoryLease,
): Promise<Buffer | "too-large" | "no-memory"> {
  // With listeners, because an asynchronous iterator over a stream takes as long as to verify a signature.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const onData = (chunk: Buffer) => {
      bytes += chunk.length
      const problem = bytes > maxBytes ? "too-large" : lease.take(chunk.length) ? undefined : "no-memory"
      if (!problem) return void chunks.push(chunk)
      request.off("data", onData).resume()
      resolve(problem)
    }
    const onClose = () => {
      if (!request.readableEnded) reject(new Error("The client disconnected before the end of its request."))
    }
    request
      .on("data", onData)
      .once("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
      .once("error", reject)
      .once("close", onClose)
    if (request.closed) onClose()
  })
}

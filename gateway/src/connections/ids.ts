// Creates ids in API Gateway's format: 11 bytes in URL-safe base64, 16 characters that end with one "=".
import { randomUuid } from "../foundation/random-uuid.ts"

// AWS: bytes 0-4 rise with time in steps of about 0.1 ms, bytes 6-7 are shared by the ids of a connection, and byte 8
// is 2 in connection and message ids, 5 in request ids (event-id-shape)
const TICKS_PER_MS = 10
const CONNECTION = 0x02
const REQUEST = 0x05

export type Ids = {
  connectionId(): string
  requestId(): string
  messageId(): string
  /** The request id of a Lambda invocation: a UUID. */
  functionRequestId(): string
}

/**
 * Creates ids that do not repeat within one process: time, and a counter for ids of the same tick.
 *
 * @param now milliseconds since the epoch
 * @param node 16 bits that all ids of this gateway share
 */
export function createIds(now: () => number, node: number): Ids {
  const bytes = Buffer.alloc(11)
  bytes.writeUInt16BE(node & 0xffff, 6)
  let counter = 0

  function next(kind: number): string {
    counter = (counter + 1) & 0xffffff
    bytes.writeUIntBE(Math.floor(now() * TICKS_PER_MS) % 2 ** 40, 0, 5)
    bytes[5] = counter >>> 16
    bytes[8] = kind
    bytes.writeUInt16BE(counter & 0xffff, 9)
    // Not "base64url" and a "=": a text that is joined of two keeps both in memory.
    return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_")
  }

  return {
    connectionId: () => next(CONNECTION),
    requestId: () => next(REQUEST),
    messageId: () => next(CONNECTION),
    functionRequestId: randomUuid,
  }
}

/** AWS?: an id is well-formed when it has the shape of the observed ones (post-malformed-id) */
export function isConnectionId(text: string): boolean {
  return /^[A-Za-z0-9_-]{15}=$/.test(text)
}

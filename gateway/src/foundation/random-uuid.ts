// Creates random UUIDs (version 4) as flat strings: `randomUUID` of Node.js concatenates twenty pieces, and every invocation
// has one.
import { randomFillSync } from "node:crypto"

const UUID_BYTES = 16
const UUIDS_AT_ONCE = 256
const random = Buffer.alloc(UUID_BYTES * UUIDS_AT_ONCE)
let next = random.length

const text = Buffer.from("00000000-0000-4000-8000-000000000000")
/** Where the two digits of each byte are, around the hyphens. */
const positions = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const digits = Buffer.from("0123456789abcdef")

/** @returns `xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx` (RFC 9562, section 5.4) */
export function randomUuid(): string {
  if (next === random.length) {
    randomFillSync(random)
    next = 0
  }
  random[next + 6] = 0x40 | (byteAt(next + 6) & 0x0f)
  random[next + 8] = 0x80 | (byteAt(next + 8) & 0x3f)
  for (let index = 0; index < UUID_BYTES; index++) {
    const byte = byteAt(next + index)
    const position = positions[index] ?? 0
    text[position] = digits[byte >> 4] ?? 0
    text[position + 1] = digits[byte & 0x0f] ?? 0
  }
  next += UUID_BYTES
  return text.toString("latin1")
}

function byteAt(index: number): number {
  return random[index] ?? 0
}

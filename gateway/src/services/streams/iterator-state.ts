// The state of a shard iterator, as text that is opaque for its reader.
import { parseJsonObject } from "../../foundation/parse-json.ts"

export type IteratorState = {
  /** The sequence number that precedes the first record. */
  after: string
  /** Milliseconds since the epoch. */
  expiresAt: number
}

export function writeIteratorState(state: IteratorState): string {
  return Buffer.from(JSON.stringify(state)).toString("base64")
}

/** Undefined for a text that is not the state of an iterator. */
export function readIteratorState(text: string): IteratorState | undefined {
  const parsed = parseJsonObject(Buffer.from(text, "base64").toString())
  if (typeof parsed?.after !== "string" || typeof parsed.expiresAt !== "number") return undefined
  return { after: parsed.after, expiresAt: parsed.expiresAt }
}

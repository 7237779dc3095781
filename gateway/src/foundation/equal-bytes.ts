// Compares secrets in a time that does not tell where they differ.
import { timingSafeEqual } from "node:crypto"

/** Secrets of different lengths are not equal. */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

// A map whose entries expire, with a bounded size: codes, sessions and refresh tokens.
import type { Clock } from "../../foundation/clock.ts"

/** A program that only fills the map loses its own oldest entries. */
const MAX_ENTRIES = 10_000

export class ExpiringMap<Value> {
  readonly #clock: Clock
  readonly #entries = new Map<string, { value: Value; expiresAt: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  set(key: string, value: Value, ttlMs: number): void {
    const now = this.#clock.now()
    for (const [old, { expiresAt }] of this.#entries) {
      if (expiresAt > now && this.#entries.size < MAX_ENTRIES) break
      this.#entries.delete(old)
    }
    this.#entries.set(key, { value, expiresAt: now + ttlMs })
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    return entry && entry.expiresAt > this.#clock.now() ? entry.value : undefined
  }

  /** Returns the entry and removes it, so that it is used once. */
  take(key: string): Value | undefined {
    const value = this.get(key)
    this.#entries.delete(key)
    return value
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  /** @returns the values that it removed */
  deleteWhere(matches: (value: Value) => boolean): Value[] {
    const found = [...this.#entries].filter(([, { value }]) => matches(value))
    for (const [key] of found) this.#entries.delete(key)
    return found.map(([, { value }]) => value)
  }
}

// What a gateway with --data has confirmed, and what it therefore has to have after it was killed.
import { createHash } from "node:crypto"

/** Versions of an object or item: a request that was not answered may have been carried out. */
export class Ledger {
  readonly #versions = new Map<string, { confirmed: number; last: number }>()

  /** @returns the version to write */
  begin(key: string): number {
    const known = this.#versions.get(key) ?? { confirmed: 0, last: 0 }
    known.last++
    this.#versions.set(key, known)
    return known.last
  }

  confirm(key: string, version: number): void {
    const known = this.#versions.get(key)
    if (known) known.confirmed = Math.max(known.confirmed, version)
  }

  /** @param version that was found; 0 when there is none @returns what is wrong */
  check(key: string, version: number): string | undefined {
    const { confirmed, last } = this.#versions.get(key) ?? { confirmed: 0, last: 0 }
    if (version >= confirmed && version <= last) return undefined
    return `${key} has version ${version}, but ${confirmed} was confirmed and ${last} was the last`
  }

  isUnconfirmed(key: string, version: number): boolean {
    return version > (this.#versions.get(key)?.confirmed ?? 0)
  }

  /** Later versions follow the one that was found. */
  settle(key: string, version: number): void {
    const known = this.#versions.get(key)
    if (known) known.confirmed = version
  }

  keys(): string[] {
    return [...this.#versions.keys()]
  }
}

/** A body that shows whether it is whole, and of which key and version it is. */
export function bodyOf(key: string, version: number, bytes: number): string {
  const text = `${key} ${version} `.padEnd(bytes, "x")
  return `${createHash("sha256").update(text).digest("hex")}\n${text}`
}

/** @returns undefined for a body that is not whole */
export function versionIn(key: string, body: string): number | undefined {
  const [hash, text = ""] = body.split("\n")
  if (createHash("sha256").update(text).digest("hex") !== hash || !text.startsWith(`${key} `)) return undefined
  return Number.parseInt(text.slice(key.length + 1), 10)
}

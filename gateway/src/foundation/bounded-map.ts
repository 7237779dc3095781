// A map with a maximum size, for keys that contain data from outside: the entry that was added first is forgotten first.

export class BoundedMap<T> {
  readonly #entries = new Map<string, T>()
  readonly #maxEntries: number

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)
  }

  set(key: string, value: T): void {
    if (this.#entries.size >= this.#maxEntries && !this.#entries.has(key)) {
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    this.#entries.set(key, value)
  }
}

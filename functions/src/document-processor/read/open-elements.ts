// The stack of open elements of a markup document. Each operation takes constant time on average and memory is bounded,
// however deep the elements are nested and however many end tags match none of them.

// Browsers limit the depth too (512 in Chromium): a deeper element becomes the next sibling of the deepest one.
const maxDepth = 1_000

export class OpenElements {
  readonly #names: string[] = []
  readonly #counts = new Map<string, number>()
  readonly #onClose: (name: string) => void

  /** @param onClose receives each closed element, the innermost first */
  constructor(onClose: (name: string) => void) {
    this.#onClose = onClose
  }

  has(name: string): boolean {
    return this.#counts.has(name)
  }

  open(name: string): void {
    if (this.#names.length >= maxDepth) this.#closeInnermost()
    this.#names.push(name)
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  /** Closes the innermost element of this name and all inside it; does nothing when none is open. */
  close(name: string): void {
    if (!this.has(name)) return
    while (this.#closeInnermost() !== name);
  }

  #closeInnermost(): string | undefined {
    const name = this.#names.pop()
    if (name === undefined) return undefined
    const count = this.#counts.get(name) ?? 0
    if (count > 1) this.#counts.set(name, count - 1)
    else this.#counts.delete(name)
    this.#onClose(name)
    return name
  }
}

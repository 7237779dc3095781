// Groups the texts of a document's pages into blocks, and stores each block while the next pages are read.
import { blockCharacters, maxPageCharacters, type PageText, type StoredPage, storedPageOf } from "./page-blocks.ts"

export type StoreBlock = (block: number, pages: readonly StoredPage[]) => Promise<void>

/** The pages that an earlier writer stored. */
export type WrittenTexts = {
  pages: number
  firstPages: readonly number[]
  /** The pages of the last block, which may be a part of one. */
  lastBlock: readonly PageText[]
}

export class TextWriter {
  readonly #store: StoreBlock
  readonly #firstPages: number[] = []
  #block: StoredPage[] = []
  #characters = 0
  #pages = 0
  /** One request at a time: more would hold more of the document in memory. */
  #storing: Promise<void> = Promise.resolve()

  /** @param written what to continue after; the blocks are the same as those of a single writer */
  constructor(store: StoreBlock, written?: WrittenTexts) {
    this.#store = store
    if (!written) return
    this.#firstPages.push(...written.firstPages)
    this.#pages = written.pages
    const characters = written.lastBlock.reduce((sum, { text }) => sum + text.length, 0)
    if (characters >= blockCharacters) return
    this.#block = written.lastBlock.map(storedPageOf)
    this.#characters = characters
  }

  /** Resolves when at most one block is being stored. Rejects when the one before could not be stored. */
  async add(texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      if (this.#block.length === 0) this.#firstPages.push(this.#pages + 1)
      const page: StoredPage = text.length <= maxPageCharacters ? text : { start: text.slice(0, maxPageCharacters) }
      this.#block.push(page)
      this.#pages += 1
      this.#characters += Math.min(text.length, maxPageCharacters)
      if (this.#characters >= blockCharacters) await this.#endBlock()
    }
  }

  /** Stores the rest. @returns the first page of each block */
  async finish(): Promise<number[]> {
    if (this.#block.length > 0) await this.#endBlock()
    await this.#storing
    return this.#firstPages
  }

  /** Resolves when nothing is being stored any more, whether it was stored or not. */
  async settle(): Promise<void> {
    await this.#storing.catch(() => {})
  }

  async #endBlock(): Promise<void> {
    const pages = this.#block
    this.#block = []
    this.#characters = 0
    await this.#storing
    this.#storing = this.#store(this.#firstPages.length - 1, pages)
    // A rejection is reported by the next call.
    this.#storing.catch(() => {})
  }
}

// Concatenates many small strings in linear time and little memory.
//
// `text += piece` builds a chain of 32 bytes per piece, and a substring keeps its whole source alive: a document of a
// million one-letter paragraphs would take gigabytes. Joining every few thousand pieces releases both.

const piecesPerJoin = 4_096

export class TextBuilder {
  readonly #texts: string[] = []
  #pieces: string[] = []
  /** Characters so far. */
  length = 0

  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#texts.length === 0
  }

  add(piece: string): void {
    this.length += piece.length
    this.#pieces.push(piece)
    if (this.#pieces.length >= piecesPerJoin) this.#join()
  }

  toString(): string {
    this.#join()
    return this.#texts.join("")
  }

  #join(): void {
    this.#texts.push(this.#pieces.join(""))
    this.#pieces = []
  }
}

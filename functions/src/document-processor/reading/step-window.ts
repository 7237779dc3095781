// Bounds how far the reading thread reads ahead of its caller: in steps, and in the text that these have.
//
// The thread and its caller each have one, so that the caller knows when the thread waits.

export type StepWindowLimits = { steps: number; characters: number }

// Enough that neither waits while the other is woken up. A step may have a hundredth of the longest document.
const readingAhead: StepWindowLimits = { steps: 16, characters: 1_000_000 }

export class StepWindow {
  readonly #limits: StepWindowLimits
  /** The characters of each step that was posted and not taken. */
  readonly #steps: number[] = []
  #characters = 0
  #isStopped = false

  constructor(limits: StepWindowLimits = readingAhead) {
    this.#limits = limits
  }

  /** Whether the thread waits until its caller takes a step. */
  get mustWait(): boolean {
    const isFull = this.#steps.length >= this.#limits.steps || this.#characters >= this.#limits.characters
    return isFull || (this.#isStopped && this.#steps.length > 0)
  }

  /** @param isStopped whether the thread waits until this step is taken in any case */
  post({ texts, isStopped }: { texts: readonly string[]; isStopped: boolean }): void {
    const characters = texts.reduce((sum, text) => sum + text.length, 0)
    this.#steps.push(characters)
    this.#characters += characters
    this.#isStopped = isStopped
  }

  /** Takes the first of the steps that were posted. */
  take(): void {
    this.#characters -= this.#steps.shift() ?? 0
  }
}

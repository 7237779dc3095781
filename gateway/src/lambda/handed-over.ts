// The invocations that a thread has been given and has not answered yet. It runs them one at a time and in order; the
// next ones lie ready in the thread, because waking a thread takes longer than a quick handler does.
import type { Invocation } from "./invocation.ts"

export class HandedOver {
  /**
   * How many of all invocations ever handed over have been begun by the thread or taken back from it. Whoever moves the
   * number first has the invocation: the thread one by one, we all at once. It may overflow, on both sides alike.
   */
  readonly begun = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  readonly #invocations: Invocation[] = []
  #total = 0

  /** The one that runs, as far as we have heard. */
  get current(): Invocation | undefined {
    return this.#invocations[0]
  }

  get length(): number {
    return this.#invocations.length
  }

  add(invocation: Invocation): void {
    this.#invocations.push(invocation)
    this.#total = (this.#total + 1) | 0
  }

  /** The current one has been settled. */
  shift(): void {
    this.#invocations.shift()
  }

  /** Those that the thread has not begun: it will not run them any more. */
  takeBack(): Invocation[] {
    const count = (this.#total - Atomics.exchange(this.begun, 0, this.#total)) | 0
    return this.#invocations.splice(this.#invocations.length - count)
  }
}

/** The thread's side. @returns false when the invocation of that number has been taken back */
export function tryToBegin(begun: Int32Array, number: number): boolean {
  return Atomics.compareExchange(begun, 0, number, (number + 1) | 0) === number
}

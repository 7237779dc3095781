// The invocations that an execution environment has been sent and has not responded to. It runs them one at a time and in
// order; the next ones wait in its process, because waking a process takes longer than a quick handler does.
import type { Invocation } from "./invocation.ts"

/**
 * A runtime sends the result of an invocation before it begins the next one. So the first one may have begun, and those
 * behind it have not.
 */
export class PrefetchQueue {
  readonly #invocations: Invocation[] = []
  #isRecalling = false

  /** The one that runs. */
  get current(): Invocation | undefined {
    return this.#invocations[0]
  }

  get length(): number {
    return this.#invocations.length
  }

  /** Whether the environment has been asked for what it has not begun: until it responds, nothing is added. */
  get isRecalling(): boolean {
    return this.#isRecalling
  }

  add(invocation: Invocation): void {
    this.#invocations.push(invocation)
  }

  /** Removes the current one, which has been settled. */
  shift(): void {
    this.#invocations.shift()
  }

  recall(): void {
    this.#isRecalling = true
  }

  /**
   * Ends a recall.
   * @param count how many invocations at the end have not begun
   * @returns undefined when nothing was recalled, or when there are not as many behind the current one
   */
  recalled(count: number): Invocation[] | undefined {
    if (!this.#isRecalling || count > Math.max(0, this.length - 1)) return undefined
    this.#isRecalling = false
    return this.#invocations.splice(this.#invocations.length - count)
  }

  /** Removes and returns everything behind the current one, for an environment that has ended. */
  takeRest(): Invocation[] {
    return this.#invocations.splice(1)
  }
}

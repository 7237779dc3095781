// Lets tasks run side by side, and others alone.

export class Turns {
  #running = 0
  #isAlone = false
  readonly #shared: (() => void)[] = []
  readonly #alone: (() => void)[] = []

  /** Runs the task together with others of its kind. */
  shared<Value>(task: () => Promise<Value>): Promise<Value> {
    return this.#run(task, this.#shared)
  }

  /** Runs the task when no other runs or waits to run together with others. */
  alone<Value>(task: () => Promise<Value>): Promise<Value> {
    return this.#run(task, this.#alone)
  }

  async #run<Value>(task: () => Promise<Value>, queue: (() => void)[]): Promise<Value> {
    await new Promise<void>((start) => {
      queue.push(start)
      this.#startNext()
    })
    try {
      return await task()
    } finally {
      this.#running--
      this.#isAlone = false
      // The next test, which may wait for the same task, can begin another one first.
      setImmediate(() => this.#startNext())
    }
  }

  #startNext(): void {
    while (!this.#isAlone) {
      const isAlone = this.#shared.length === 0
      if (isAlone && this.#running > 0) return
      const start = this.#shared.shift() ?? this.#alone.shift()
      if (!start) return
      this.#running++
      this.#isAlone = isAlone
      start()
    }
  }
}

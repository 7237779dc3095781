// Ends what an execution waits for when the execution is stopped or its time is over, or when a branch beside it fails.
import type { Clock } from "../../foundation/clock.ts"
import type { ExecutionEnded } from "./states-error.ts"

export type EndSignal = {
  end(reason: ExecutionEnded): void
  /** @throws ExecutionEnded */
  throwIfEnded(): void
  /** The result of a promise, or the end. @throws ExecutionEnded */
  orEnd<Value>(promise: Promise<Value>): Promise<Value>
  /** @throws ExecutionEnded */
  wait(ms: number): Promise<void>
  /** A signal that ends with this one, or before it. The caller ends it. */
  child(): EndSignal
}

export function createEndSignal(clock: Clock): EndSignal {
  const waiting = new Set<(reason: ExecutionEnded) => void>()
  let ended: ExecutionEnded | undefined

  function orEnd<Value>(promise: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (ended) reject(ended)
      else waiting.add(reject)
      promise.then(resolve, reject).finally(() => waiting.delete(reject))
    })
  }

  return {
    end(reason) {
      if (ended) return
      ended = reason
      for (const reject of waiting) reject(reason)
    },
    throwIfEnded() {
      if (ended) throw ended
    },
    orEnd,
    async wait(ms) {
      let cancel = () => {}
      const passed = new Promise<void>((resolve) => {
        const timer = clock.after(ms, resolve)
        cancel = timer.cancel.bind(timer)
      })
      try {
        await orEnd(passed)
      } finally {
        cancel()
      }
    },
    child() {
      const own = createEndSignal(clock)
      if (ended) own.end(ended)
      else waiting.add(own.end)
      return {
        ...own,
        end(reason) {
          waiting.delete(own.end)
          own.end(reason)
        },
      }
    },
  }
}

// Limits how many asynchronous tasks run at once. Further tasks wait in a queue, first in, first out.

export function limitConcurrency(limit: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = limit

  return async (run) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run()
    } finally {
      // The slot goes to the next task in the queue directly, so that a task that arrives now cannot take it.
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}

// Lets a few things run at once and the others wait for their turn, first come, first served.

export function limitConcurrency(atOnce: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = atOnce

  return async (run) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run()
    } finally {
      // The place is handed on rather than freed, so that nobody who comes later can take it.
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}

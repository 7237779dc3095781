// The current time, updated every second while something on the page depends on it.
import { useEffect, useState } from "react"

export function useNow(now: () => number, isNeeded: boolean): number {
  const [, setTick] = useState(0)
  useEffect(() => {
    if (!isNeeded) return
    const timer = setInterval(() => setTick((tick) => tick + 1), 1000)
    return () => clearInterval(timer)
  }, [isNeeded])
  // Read at each render, so that a progress is never in the future.
  return now()
}

// Renders a component again when the store changes: at most once per animation frame.
import { useEffect, useState } from "preact/hooks"
import type { State, Store } from "../state/store.ts"

export function useStore({ state, subscribe }: Store): State {
  const [, setVersion] = useState(0)
  useEffect(() => subscribe(() => setVersion((version) => version + 1)), [subscribe])
  return state
}

/** Renders again every second, for ages and charts. @returns milliseconds since the epoch */
export function useNow(): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}

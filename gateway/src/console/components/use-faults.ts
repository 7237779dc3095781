// The faults that are set and the gateway's clock, read every second: everywhere in the console one sees that they exist.
import { useEffect, useState } from "preact/hooks"
import { getJson } from "../state/api.ts"

export type ActiveFault = {
  faultId: string
  description: string
  injections: number
  count?: number
  expiresAt?: number
}

export type FaultState = { now: number; movedMs: number; faults: ActiveFault[] }

export type Faults = { state: FaultState; reload(): void }

const INTERVAL_MS = 1000

export function useFaults(): Faults {
  const [state, setState] = useState<FaultState>({ now: 0, movedMs: 0, faults: [] })
  const reload = () => {
    // The header shows when the gateway cannot be reached.
    getJson<FaultState>("/faults").then(setState, () => {})
  }
  useEffect(() => {
    reload()
    const timer = setInterval(() => document.hidden || reload(), INTERVAL_MS)
    return () => clearInterval(timer)
  }, [])
  return { state, reload }
}

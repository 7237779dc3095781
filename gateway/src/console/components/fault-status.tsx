// Says in the header that faults are set or that the clock was moved, so that both are not mistaken for defects.
import { duration } from "../state/format.ts"
import { hashOf } from "../state/hash.ts"
import type { Faults } from "./use-faults.ts"

export function FaultStatus({ faults: { state } }: { faults: Faults }) {
  const { faults, movedMs } = state
  if (faults.length === 0 && movedMs === 0) return null
  const texts = [
    faults.length > 0 && (faults.length === 1 ? "1 fault is set" : `${faults.length} faults are set`),
    movedMs > 0 && `clock +${duration(movedMs)}`,
  ].filter((text) => text !== false)
  return (
    <a class="fault-status" href={hashOf("faults")}>
      {texts.join(", ")}
    </a>
  )
}

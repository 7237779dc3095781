// Loads what the stream left out of the entries of a row, and renders it again.
import { useEffect, useState } from "preact/hooks"
import { getJson } from "../state/api.ts"
import { loadDetails, summariesOf } from "../state/load-details.ts"
import type { Row } from "../state/row.ts"

/** @returns why a part is missing; empty when nothing is */
export function useDetails(row: Row): string {
  const isPartial = summariesOf(row).length > 0
  const [loaded, setLoaded] = useState<{ row?: Row; problem: string }>({ problem: "" })
  useEffect(() => {
    if (!isPartial) return
    loadDetails([row], getJson).then(
      () => setLoaded({ row, problem: "" }),
      (error: Error) => setLoaded({ row, problem: error.message }),
    )
  }, [row, isPartial])
  if (!isPartial) return ""
  if (loaded.row !== row) return "Loading the details…"
  if (loaded.problem !== "") return `The details cannot be loaded: ${loaded.problem}`
  return "At this rate, the gateway sent the start of long texts only, and no longer keeps the rest."
}

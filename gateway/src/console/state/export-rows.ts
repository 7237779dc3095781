// The rows that the timeline shows, as a file to download: an HTTP archive, or every entry as a line of JSON.
import type { Entry, Stage } from "./entry.ts"
import { harOf } from "./har.ts"
import { eventOf, type Row } from "./row.ts"

export type ExportForm = "har" | "jsonl"

export function exportRows(form: ExportForm, rows: readonly Row[], stages: readonly Stage[]): string {
  if (form === "har")
    return JSON.stringify(
      harOf(
        rows.flatMap((row) => eventOf(row) ?? []),
        stages,
      ),
      null,
      2,
    )
  return entriesOf(rows)
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join("")
}

/** With the lines of the log behind each event, in the order in which they were recorded. */
function entriesOf(rows: readonly Row[]): Entry[] {
  const entries = new Map<number, Entry>()
  for (const { entry, output } of rows) for (const one of [entry, ...output]) entries.set(one.id, one)
  return [...entries.values()].toSorted((one, other) => one.id - other.id)
}

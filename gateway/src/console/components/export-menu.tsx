// Downloads the events that the filter shows.
import { type ExportForm, exportRows } from "../state/export-rows.ts"
import type { Store } from "../state/store.ts"

const types: Record<ExportForm, string> = { har: "application/json", jsonl: "application/x-ndjson" }

export function ExportMenu({ store }: { store: Store }) {
  return (
    <select
      aria-label="Export"
      value=""
      onChange={({ currentTarget }) => {
        download(store, currentTarget.value as ExportForm)
        currentTarget.value = ""
      }}
    >
      <option value="">Export</option>
      <option value="har">HAR</option>
      <option value="jsonl">JSON lines</option>
    </select>
  )
}

function download({ state: { shown, served } }: Store, form: ExportForm): void {
  const url = URL.createObjectURL(new Blob([exportRows(form, shown, served.stages)], { type: types[form] }))
  const link = document.createElement("a")
  link.href = url
  link.download = `events.${form}`
  link.click()
  URL.revokeObjectURL(url)
}

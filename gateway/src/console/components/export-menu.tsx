// Downloads the events that the filter shows.
import { useState } from "preact/hooks"
import { getJson } from "../state/api.ts"
import { type ExportForm, exportRows } from "../state/export-rows.ts"
import { loadDetails } from "../state/load-details.ts"
import type { Store } from "../state/store.ts"

const types: Record<ExportForm, string> = { har: "application/json", jsonl: "application/x-ndjson" }

export function ExportMenu({ store }: { store: Store }) {
  const [problem, setProblem] = useState("")

  async function download(form: ExportForm): Promise<void> {
    const { shown, served } = store.state
    setProblem("")
    try {
      await loadDetails(shown, getJson)
    } catch (error) {
      setProblem(`The details cannot be loaded: ${error instanceof Error ? error.message : String(error)}`)
      return
    }
    save(exportRows(form, shown, served.stages), form)
  }

  return (
    <>
      <select
        aria-label="Export"
        value=""
        onChange={({ currentTarget }) => {
          void download(currentTarget.value as ExportForm)
          currentTarget.value = ""
        }}
      >
        <option value="">Export</option>
        <option value="har">HAR</option>
        <option value="jsonl">JSON lines</option>
      </select>
      {problem !== "" && <p class="failure">{problem}</p>}
    </>
  )
}

function save(text: string, form: ExportForm): void {
  const url = URL.createObjectURL(new Blob([text], { type: types[form] }))
  const link = document.createElement("a")
  link.href = url
  link.download = `events.${form}`
  link.click()
  URL.revokeObjectURL(url)
}

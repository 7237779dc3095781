// The title of the browser's tab: the progress of what runs, then what ended while the tab was hidden.
import { type DocumentItem, phaseOf } from "../documents/document-item.ts"

const product = "Document Insight"

export type PageTitleOptions = {
  /** How many documents ended since the person last saw the page. */
  unseen: number
  /** The name of the expanded document. */
  expanded?: string | undefined
}

export function pageTitle(items: readonly DocumentItem[], { unseen, expanded }: PageTitleOptions): string {
  const active = items.filter(
    (item) => phaseOf(item) === "active" && !["restoring", "elsewhere"].includes(item.upload.step),
  )
  const [first, second] = active
  if (first && !second) return `${shownPercent(first)}% ${first.fileName}`
  if (first) {
    const percent = active.reduce((sum, item) => sum + overallPercent(item), 0) / active.length
    return `${Math.floor(percent)}% of ${active.length} documents`
  }
  if (unseen > 0) return `(${unseen}) ${product}`
  return expanded ? `${expanded} · ${product}` : product
}

/** The percentage that the row of the document shows. */
function shownPercent({ upload, progress }: DocumentItem): number {
  return Math.floor(upload.step === "uploading" ? upload.fraction * 100 : (progress?.percentComplete ?? 0))
}

/** The upload and the processing count half each. */
function overallPercent({ upload, progress }: DocumentItem): number {
  if (upload.step === "uploading") return upload.fraction * 50
  return upload.step === "done" ? 50 + (progress?.percentComplete ?? 0) / 2 : 0
}

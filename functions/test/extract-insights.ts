// Extracts the insights of a document whose pages are all known.
import type { Insights } from "@document-insight/protocol"
import { InsightsCollector } from "../src/document-processor/insights/insights-collector.ts"
import type { DocumentStructure } from "../src/document-processor/read/document-structure.ts"

type DocumentText = {
  title: string | null
  author?: string | null | undefined
  pages: readonly string[]
  structure?: DocumentStructure | undefined
  isOutOfTime(): boolean
}

export function extractInsights({
  title,
  author = null,
  pages,
  structure,
  isOutOfTime,
}: DocumentText): Promise<Insights> {
  const insights = new InsightsCollector({ title, author, totalPages: pages.length })
  for (const page of pages) insights.add(page)
  return insights.finish(isOutOfTime, structure)
}

// The port of what writes the summary of a document, and the default behind it: sentences quoted from the document.
import type { Insights } from "@document-insight/protocol"

export type DocumentToSummarize = {
  /** With the summary of quoted sentences. */
  insights: Insights
  /** A sample of the document's text, even over its pages. */
  sampleText(): Promise<string>
  /** Until the summary must be complete. */
  remainingMs(): number
}

export type Summary = Pick<Insights, "summary" | "summaryPages" | "summaryBy">

export type SummaryEngine = {
  /**
   * Yields the text so far as it is written, and returns the summary. A caller that stops early ends the writing.
   *
   * @throws Error when no summary can be written; the caller then uses the quoted sentences.
   */
  summarize(document: DocumentToSummarize): AsyncGenerator<string, Summary>
}

/** The reading thread has chosen the sentences already, which takes no further time. */
export const quotingEngine: SummaryEngine = {
  // biome-ignore lint/correctness/useYield: the sentences are complete at once
  async *summarize({ insights: { summary, summaryPages } }) {
    return { summary, ...(summaryPages && { summaryPages }) }
  },
}

// Has the engine write the summary of a document that was read, and reports the text as it grows. When that fails, the
// document keeps the sentences quoted from it.
import type { Logger } from "@aws-lambda-powertools/logger"
import type { Insights } from "@document-insight/protocol"
import type { Clock } from "../../clock.ts"
import type { DocumentToSummarize, SummaryEngine } from "./summary-engine.ts"

/** Each report is a write to the table and a push to every watcher. */
const reportEveryMs = 500

export type WriteSummaryOptions = {
  engine: SummaryEngine
  /** @returns whether the document is still ours */
  report(summaryText: string): Promise<boolean>
  clock: Pick<Clock, "now">
  logger: Pick<Logger, "warn">
}

/** @returns the insights with the summary; undefined when the document is no longer ours. Never rejects. */
export async function writeSummary(
  document: DocumentToSummarize,
  { engine, report, clock, logger }: WriteSummaryOptions,
): Promise<Insights | undefined> {
  const { insights } = document
  // A document without text has nothing to summarize.
  if (insights.words === 0) return insights
  const writing = engine.summarize(document)
  try {
    let reportAt = 0
    let step = await writing.next()
    for (; !step.done; step = await writing.next()) {
      if (clock.now() < reportAt) continue
      reportAt = clock.now() + reportEveryMs
      if (!(await report(step.value))) return undefined
    }
    const { summary: _summary, summaryPages: _pages, ...others } = insights
    return { ...others, ...step.value }
  } catch (error) {
    logger.warn("summary quoted from the document, because the model wrote none", error as Error)
    return insights
  } finally {
    await writing.return(undefined as never).catch(() => {})
  }
}

// The summary of a document: sentences quoted from it, each with its page, or paragraphs that a model wrote.
import { type Insights, maxQueryCharacters } from "@document-insight/protocol"
import { ViewLink } from "../reader/ViewLink.tsx"

type TextAttributes = { dir: "auto"; lang: string | undefined }

export function DocumentSummary({ insights, text }: { insights: Insights; text: TextAttributes }) {
  const { summary, summaryPages, summaryBy } = insights
  return (
    <div>
      <h4>Summary</h4>
      {summaryBy ? (
        <>
          <div className="summary" {...text}>
            {summary.map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </div>
          <p className="note">Written by {summaryBy.model}. Check it against the document.</p>
        </>
      ) : (
        <ul className="summary" {...text}>
          {summary.map((sentence, index) => (
            <li key={sentence}>
              {sentence}
              <SentencePage sentence={sentence} page={summaryPages?.[index] ?? undefined} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** The summary so far. No live region: the status announces once that it is being written. */
export function SummaryDraft({ name, text }: { name: string; text: string }) {
  return (
    <section className="summary-draft" aria-label={`Summary of ${name}, being written`} data-testid="summary-draft">
      <p className="summary" dir="auto">
        {text}
      </p>
    </section>
  )
}

function SentencePage({ sentence, page }: { sentence: string; page: number | undefined }) {
  if (page === undefined) return null
  const view = { page, find: sentence.slice(0, maxQueryCharacters) }
  return (
    <>
      {/* With a space that does not break, so that the link is not alone on a line. */}
      {"\u00a0"}
      <ViewLink className="sentence-page" view={view} lang="en" dir="ltr">
        Page {page}
      </ViewLink>
    </>
  )
}

// The insights of a document: title, figures, summary, key phrases, names, outline, dates, amounts and links.
import type { Insights } from "@document-insight/protocol"
import type { CSSProperties, ReactNode } from "react"
import {
  languageName,
  noSummaryNote,
  pagesNotRecognizedNote,
  pagesWithoutTextNote,
  readingTime,
  recognizedPagesNote,
  unreadablePagesNote,
} from "../formatting/insights-facts.ts"
import { ViewLink } from "../reader/ViewLink.tsx"
import { DocumentFacts } from "./DocumentFacts.tsx"
import { DocumentSummary } from "./DocumentSummary.tsx"

const number = new Intl.NumberFormat("en")

export function DocumentInsights({ fileName, insights }: { fileName: string; insights: Insights }) {
  const { title, summary, keyphrases, people, places, organizations } = insights
  // Text of the document, for screen readers, hyphenation and the direction of the script.
  const text = { dir: "auto", lang: insights.language ?? undefined } as const
  return (
    <section className="insights" aria-label={`Insights of ${fileName}`} data-testid="insights">
      {title && (
        <p className="insights-title" {...text}>
          {title}
        </p>
      )}
      <Facts insights={insights} />
      {summary.length > 0 && <DocumentSummary insights={insights} text={text} />}
      {summary.length === 0 && insights.words > 0 && <p className="note">{noSummaryNote(insights.language)}</p>}
      {keyphrases.length > 0 && <Keyphrases keyphrases={keyphrases} text={text} />}
      <div className="names">
        <Names title="People" names={people} text={text} />
        <Names title="Places" names={places} text={text} />
        <Names title="Organizations" names={organizations} text={text} />
      </div>
      <DocumentFacts insights={insights} text={text} />
      <PageNotes insights={insights} />
    </section>
  )
}

function PageNotes({ insights }: { insights: Insights }) {
  const { pages, pagesWithoutText, unreadablePages = [], recognizedPages, pagesNotRecognized = [] } = insights
  const withoutText = pagesWithoutText.filter((page) => !pagesNotRecognized.includes(page))
  return (
    <>
      {recognizedPages && recognizedPages.length > 0 && (
        <p className="note">{recognizedPagesNote(recognizedPages, pages)}</p>
      )}
      {pagesNotRecognized.length > 0 && <p className="note">{pagesNotRecognizedNote(pagesNotRecognized)}</p>}
      {withoutText.length > 0 && (
        <p className="note">
          {pagesWithoutTextNote(withoutText, { pages, isRecognized: recognizedPages !== undefined })}
        </p>
      )}
      {unreadablePages.length > 0 && <p className="note">{unreadablePagesNote(unreadablePages, pages)}</p>}
    </>
  )
}

function Facts({ insights: { language, pages, words, readingMinutes } }: { insights: Insights }) {
  const facts: [string, string][] = [
    ["Pages", number.format(pages)],
    ["Words", number.format(words)],
    ["Reading time", readingTime(readingMinutes)],
    ["Language", language ? languageName(language) : "Unknown"],
  ]
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

type TextAttributes = { dir: "auto"; lang: string | undefined }

function Keyphrases({ keyphrases, text }: { keyphrases: Insights["keyphrases"]; text: TextAttributes }) {
  // By rank and not by count, because the most frequent phrase is often not the most relevant one.
  const weightAt = (rank: number) => 1 - rank / keyphrases.length
  return (
    <div>
      <h4>Key phrases</h4>
      <ul className="keyphrases">
        {keyphrases.map(({ text: phrase, count, page }, rank) => (
          <li key={phrase} style={{ "--weight": weightAt(rank) } as CSSProperties}>
            <Term text={phrase} page={page} attributes={text}>
              <Count count={count} />
            </Term>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Names({ title, names, text }: { title: string; names: Insights["people"]; text: TextAttributes }) {
  if (names.length === 0) return null
  return (
    <div>
      <h4>{title}</h4>
      <ul>
        {names.map(({ text: name, count, page }) => (
          <li key={name}>
            <Term text={name} page={page} attributes={text}>
              {count > 1 && <Count count={count} />}
            </Term>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** How often a phrase or a name occurs. */
function Count({ count }: { count: number }) {
  return (
    <span className="count">
      {count}
      <span className="visually-hidden">{count === 1 ? " time" : " times"}</span>
    </span>
  )
}

type TermProps = { text: string; page: number | undefined; attributes: TextAttributes; children: ReactNode }

/** A phrase or a name, which leads to the first page that it was found on. */
function Term({ text, page, attributes, children }: TermProps) {
  const content = (
    <>
      <span {...attributes}>{text}</span>
      {children}
    </>
  )
  if (page === undefined) return content
  return (
    <ViewLink className="term" view={{ page, find: text }} title={`Page ${page}`}>
      {content}
    </ViewLink>
  )
}

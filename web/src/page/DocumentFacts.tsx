// The outline of a document, and its dates, amounts of money and links. Long lists show their first entries.
import { type Insights, maxQueryCharacters } from "@document-insight/protocol"
import { type ReactNode, useState } from "react"
import { Button } from "react-aria-components"
import { ViewLink } from "../reader/ViewLink.tsx"

const shownEntries = 5
const shownHeadings = 8

type TextAttributes = { dir: "auto"; lang: string | undefined }

export function DocumentFacts({ insights, text }: { insights: Insights; text: TextAttributes }) {
  const { outline = [], dates = [], amounts = [], links = [] } = insights
  const found = ({ text: written, page }: { text: string; page: number }) => (
    <ViewLink
      key={written}
      className="term"
      view={{ page, find: written.slice(0, maxQueryCharacters) }}
      title={`Page ${page}`}
    >
      <span {...text}>{written}</span>
    </ViewLink>
  )
  return (
    <>
      <ShortList
        title="Outline"
        className="outline"
        // The whole list has the direction of its script: the pages are at the other side.
        dir="auto"
        shown={shownHeadings}
        entries={outline.map(({ text: heading, level, page }) => (
          <span
            key={`${page} ${heading}`}
            className="heading"
            style={{ paddingInlineStart: `${Math.min(level - 1, 5)}rem` }}
          >
            {page === undefined ? (
              <span lang={text.lang}>{heading}</span>
            ) : (
              <ViewLink className="term" view={{ page }}>
                <span lang={text.lang}>{heading}</span>
                <span className="count">
                  <span className="visually-hidden">, page </span>
                  {page}
                </span>
              </ViewLink>
            )}
          </span>
        ))}
      />
      <div className="names">
        <ShortList title="Dates" shown={shownEntries} entries={dates.map(found)} />
        <ShortList title="Amounts" shown={shownEntries} entries={amounts.map(found)} />
        <ShortList
          title="Links"
          className="links"
          shown={shownEntries}
          entries={links
            .filter(({ url }) => /^(?:https?|mailto):/i.test(url))
            .map(({ url }) => (
              <a key={url} className="term" href={url} target="_blank" rel="noopener noreferrer" dir="auto">
                {url.replace(/^(?:https?:\/\/|mailto:)/i, "").replace(/\/$/, "")}
              </a>
            ))}
        />
      </div>
    </>
  )
}

type ShortListProps = {
  title: string
  className?: string
  dir?: "auto"
  shown: number
  entries: readonly ReactNode[]
}

/** Nothing without entries. One more than the limit is shown rather than a button. */
function ShortList({ title, className, dir, shown, entries }: ShortListProps) {
  const [isWhole, setWhole] = useState(false)
  if (entries.length === 0) return null
  const isShort = entries.length <= shown + 1
  const visible = isWhole || isShort ? entries : entries.slice(0, shown)
  return (
    <div className={className}>
      <h4>{title}</h4>
      <ul dir={dir}>
        {visible.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is never reordered, and headings may be equal
          <li key={index}>{entry}</li>
        ))}
      </ul>
      {!isShort && (
        <Button className="button button-small" onPress={() => setWhole(!isWhole)} aria-expanded={isWhole}>
          {isWhole ? "Show fewer" : `Show all ${entries.length}`}
          <span className="visually-hidden">: {title}</span>
        </Button>
      )}
    </div>
  )
}

// The views of the expanded document: its insights, its pages, and a search in it.
import type { Insights } from "@document-insight/protocol"
import { type ReactNode, useEffect, useState } from "react"
import { Button } from "react-aria-components"
import type { DocumentView } from "../browser/document-route.ts"
import { useExpandedDocument } from "./document-view-context.ts"
import { PageReader } from "./PageReader.tsx"
import { SearchResults } from "./SearchResults.tsx"
import { ViewLink } from "./ViewLink.tsx"

type DocumentViewsProps = {
  name: string
  view: DocumentView
  insights: Pick<Insights, "pages" | "language" | "recognizedPages">
  /** Shows the insights. */
  children: ReactNode
}

export function DocumentViews({ name, view, insights, children }: DocumentViewsProps) {
  const { page, find } = view
  const { pages, language, recognizedPages = [] } = insights
  const isInsights = page === undefined && find === undefined
  const lang = language ?? undefined
  return (
    <>
      <div className="views">
        <nav aria-label={`Views of ${name}`} className="views-links">
          <ViewLink view={{}} aria-current={isInsights ? "page" : undefined}>
            Insights
          </ViewLink>
          <ViewLink view={{ page: 1 }} aria-current={page === undefined ? undefined : "page"}>
            Pages
          </ViewLink>
        </nav>
        <SearchForm name={name} find={find} />
      </div>
      {isInsights && children}
      {page !== undefined && (
        <PageReader
          name={name}
          page={page}
          pages={pages}
          find={find}
          lang={lang}
          isRecognized={recognizedPages.includes(page)}
        />
      )}
      {page === undefined && find !== undefined && (
        <SearchResults key={find} name={name} query={find} pages={pages} lang={lang} />
      )}
    </>
  )
}

function SearchForm({ name, find = "" }: { name: string; find: string | undefined }) {
  const { show } = useExpandedDocument()
  const [query, setQuery] = useState(find)
  useEffect(() => setQuery(find), [find])
  return (
    <search className="views-search">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (query.trim() !== "") show({ find: query.trim() })
        }}
      >
        <input
          type="search"
          className="search"
          placeholder="Search this document"
          aria-label={`Search in ${name}`}
          maxLength={200}
          value={query}
          onChange={({ currentTarget }) => setQuery(currentTarget.value)}
        />
        <Button type="submit" className="button button-small">
          Search
        </Button>
      </form>
    </search>
  )
}

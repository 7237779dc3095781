// Lists the pages of the expanded document that contain a text, each with its first match.
import type { SearchResponse } from "@document-insight/protocol"
import { useEffect, useState } from "react"
import { Button } from "react-aria-components"
import { messageOf } from "../documents/message-of.ts"
import { useExpandedDocument } from "./document-view-context.ts"
import { useLostFocus } from "./use-lost-focus.ts"
import { ViewLink } from "./ViewLink.tsx"

type SearchResultsProps = { name: string; query: string; pages: number; lang: string | undefined }
type Matches = SearchResponse["matches"]

type SearchState = { matches: Matches; nextPage: number | null; isSearching: boolean; problem?: string | undefined }

/** Give it the query as its key: another query is another search. */
export function SearchResults({ name, query, pages, lang }: SearchResultsProps) {
  const { documentId, client } = useExpandedDocument()
  const [state, setState] = useState<SearchState>({ matches: [], nextPage: 1, isSearching: true })
  const { matches, nextPage, isSearching, problem } = state
  const heading = useLostFocus<HTMLHeadingElement>()

  useEffect(() => {
    if (!isSearching || nextPage === null) return
    const cancel = new AbortController()
    client.search(documentId, query, { from: nextPage, signal: cancel.signal }).then(
      (found) => {
        if (cancel.signal.aborted) return
        setState((before) => ({
          matches: [...before.matches, ...found.matches],
          nextPage: found.nextPage,
          isSearching: false,
        }))
      },
      (error) => {
        if (!cancel.signal.aborted) setState((before) => ({ ...before, isSearching: false, problem: messageOf(error) }))
      },
    )
    return () => cancel.abort()
  }, [client, documentId, query, nextPage, isSearching])

  const search = () => setState((before) => ({ ...before, isSearching: true, problem: undefined }))
  return (
    <section className="results" aria-label={`Search in ${name}`} data-testid="results">
      <h4 ref={heading} tabIndex={-1}>
        {titleOf(state, query)}
      </h4>
      <p className="visually-hidden" role="status">
        {titleOf(state, query)}
      </p>
      {matches.length > 0 && (
        <ol className="results-list">
          {matches.map(({ page, count, before, match, after }) => (
            <li key={page}>
              <ViewLink view={{ page, find: query }}>Page {page}</ViewLink>
              {count > 1 && <span className="count">{count} matches</span>}
              <p dir="auto" lang={lang}>
                {before}
                <mark>{match}</mark>
                {after}
              </p>
            </li>
          ))}
        </ol>
      )}
      {problem !== undefined && (
        <div className="error-box">
          <p className="error-message">{problem}</p>
        </div>
      )}
      {!isSearching && nextPage !== null && (
        <Button className="button button-small" onPress={search}>
          {problem === undefined ? `Search pages ${nextPage} to ${pages}` : "Try again"}
        </Button>
      )}
    </section>
  )
}

function titleOf({ matches, nextPage, isSearching, problem }: SearchState, query: string): string {
  if (isSearching) return "Searching"
  if (problem !== undefined && matches.length === 0) return "The search failed"
  if (matches.length > 0) return `${matches.length} ${matches.length === 1 ? "page" : "pages"} with “${query}”`
  return nextPage === null ? `No page contains “${query}”` : `No page before page ${nextPage} contains “${query}”`
}

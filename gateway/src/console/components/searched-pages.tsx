// What is stored in one table or bucket: a search field, the number of results, and their pages.
import type { ComponentChildren } from "preact"
import { useState } from "preact/hooks"
import type { Resource } from "../state/deployment.ts"
import { Origin } from "./origin.tsx"
import { Pages } from "./pages.tsx"
import { useLoaded } from "./use-loaded.ts"

type SearchedPagesProps<Page> = {
  stored: Resource & { name: string }
  /** Of the console's API; loaded with `name`, the search and the start of the page. */
  path: string
  /** The search's parameter, and the name and the hint of its field. */
  search: { parameter: string; label: string; placeholder: string }
  countOf(page: Page, search: string): string
  /** @param page undefined until it is loaded */
  children(page: Page | undefined, search: string): ComponentChildren
}

export function SearchedPages<Page extends { next?: string }>(props: SearchedPagesProps<Page>) {
  const { stored, path, search, countOf, children } = props
  const [text, setText] = useState("")
  const [starts, setStarts] = useState<readonly string[]>([])
  const next = starts.at(-1)
  const query = new URLSearchParams({
    name: stored.name,
    [search.parameter]: text,
    ...(next !== undefined && { next }),
  })
  const { value: page, problem, reload } = useLoaded<Page>(`${path}?${query}`)
  return (
    <>
      <header class="detail-head">
        <h2>{stored.logicalId}</h2>
        <Origin {...stored} />
      </header>
      <div class="filter">
        <input
          type="search"
          aria-label={search.label}
          placeholder={search.placeholder}
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value)
            setStarts([])
          }}
        />
        <span class="count" role="status">
          {page && countOf(page, text)}
        </span>
        <button type="button" onClick={reload}>
          Refresh
        </button>
      </div>
      {problem !== "" && <p class="failure">{problem}</p>}
      {children(page, text)}
      <Pages starts={starts} next={page?.next} onMove={setStarts} />
    </>
  )
}

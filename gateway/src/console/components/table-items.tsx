// The items of a table, with a filter, page by page.
import { useState } from "preact/hooks"
import { pretty } from "../state/format.ts"
import { type ItemPage, noteOfItem, type StoredTable } from "../state/stored-data.ts"
import { Fold } from "./fold.tsx"
import { Origin } from "./origin.tsx"
import { Pages } from "./pages.tsx"
import { useLoaded } from "./use-loaded.ts"

export function TableItems({ table }: { table: StoredTable }) {
  const { name, keys } = table
  const [filter, setFilter] = useState("")
  const [starts, setStarts] = useState<readonly string[]>([])
  const next = starts.at(-1)
  const query = new URLSearchParams({ name, filter, ...(next !== undefined && { next }) })
  const { value: page, problem, reload } = useLoaded<ItemPage>(`/data/items?${query}`)
  return (
    <>
      <header class="detail-head">
        <h2>{table.logicalId}</h2>
        <Origin {...table} />
      </header>
      <div class="filter">
        <input
          type="search"
          aria-label="Filter items"
          placeholder="Words, or attribute:word"
          value={filter}
          onInput={({ currentTarget }) => {
            setFilter(currentTarget.value)
            setStarts([])
          }}
        />
        <span class="count" role="status">
          {page && countOf(page, filter)}
        </span>
        <button type="button" onClick={reload}>
          Refresh
        </button>
      </div>
      {problem !== "" && <p class="failure">{problem}</p>}
      {page && page.items.length === 0 && (
        <p class="hint">{filter === "" ? "The table is empty." : "No item matches the filter."}</p>
      )}
      <ul class="entries" aria-label="Items">
        {page?.items.map(({ key, item }) => (
          <li key={key}>
            <Fold
              summary={
                <>
                  <b>{key}</b> <span>{noteOfItem(item, keys)}</span>
                </>
              }
            >
              {() => (
                // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll it.
                <pre tabIndex={0}>{pretty(JSON.stringify(item))}</pre>
              )}
            </Fold>
          </li>
        ))}
      </ul>
      <Pages starts={starts} next={page?.next} onMove={setStarts} />
    </>
  )
}

function countOf({ items, scanned }: ItemPage, filter: string): string {
  const count = items.length === 1 ? "1 item" : `${items.length} items`
  return filter === "" ? count : `${count} of ${scanned}`
}

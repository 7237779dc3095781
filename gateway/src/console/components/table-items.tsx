// The items of a table, with a filter, page by page.
import { pretty } from "../state/format.ts"
import { type ItemPage, noteOfItem, type StoredTable } from "../state/stored-data.ts"
import { Fold } from "./fold.tsx"
import { SearchedPages } from "./searched-pages.tsx"

const search = { parameter: "filter", label: "Filter items", placeholder: "Words, or attribute:word" }

export function TableItems({ table }: { table: StoredTable }) {
  return (
    <SearchedPages<ItemPage> stored={table} path="/data/items" search={search} countOf={countOf}>
      {(page, filter) => (
        <>
          {page?.items.length === 0 && (
            <p class="hint">{filter === "" ? "The table is empty." : "No item matches the filter."}</p>
          )}
          <ul class="entries" aria-label="Items">
            {page?.items.map(({ key, item }) => (
              <li key={key}>
                <Fold
                  summary={
                    <>
                      <b>{key}</b> <span>{noteOfItem(item, table.keys)}</span>
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
        </>
      )}
    </SearchedPages>
  )
}

function countOf({ items, scanned }: ItemPage, filter: string): string {
  const count = items.length === 1 ? "1 item" : `${items.length} items`
  return filter === "" ? count : `${count} of ${scanned}`
}

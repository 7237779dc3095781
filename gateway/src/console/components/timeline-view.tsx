// The timeline: every event as it happens, and the details of one.
import { useEffect, useRef } from "preact/hooks"
import { hashOf, showItem } from "../state/hash.ts"
import type { Store } from "../state/store.ts"
import type { Composer } from "./composer-state.ts"
import { EventDetail } from "./event-detail.tsx"
import { FilterBar } from "./filter-bar.tsx"
import { TimelineRow } from "./timeline-row.tsx"
import { useStore } from "./use-store.ts"
import { VirtualList } from "./virtual-list.tsx"

export function TimelineView({
  store,
  selected,
  composer,
}: {
  store: Store
  selected: string | undefined
  composer: Composer
}) {
  const { shown, total, served } = useStore(store)
  const input = useRef<HTMLInputElement>(null)
  const detail = useRef<HTMLElement>(null)
  const row = selected === undefined ? undefined : store.find(selected)

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const isTyping = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)
      if (event.key === "/" && !isTyping) {
        event.preventDefault()
        input.current?.focus()
      } else if (event.key === "Escape") {
        if (isTyping) input.current?.blur()
        else location.hash = hashOf("timeline")
        document.querySelector<HTMLElement>(".rows")?.focus()
      } else if (event.key === "ArrowDown" && event.target === input.current) {
        event.preventDefault()
        document.querySelector<HTMLElement>(".rows")?.focus()
      }
    }
    addEventListener("keydown", onKeyDown)
    return () => removeEventListener("keydown", onKeyDown)
  }, [])

  return (
    <>
      <section class="events" aria-label="Events">
        <FilterBar store={store} input={input} />
        <VirtualList
          rows={shown}
          label="Events, newest last"
          selected={row}
          onSelect={({ key }) => showItem("timeline", key)}
          onOpen={() => detail.current?.focus()}
          renderRow={(one) => <TimelineRow row={one} />}
        />
        {total === 0 && (
          <NoEvents urls={served.stages.filter(({ protocol }) => protocol === "WEBSOCKET").map(({ url }) => url)} />
        )}
        {total > 0 && shown.length === 0 && <p class="nothing">No event matches the filter.</p>}
      </section>
      <article class="detail" ref={detail} tabIndex={-1} aria-label="Event details">
        {row ? (
          <EventDetail row={row} store={store} composer={composer} />
        ) : (
          <p class="hint">
            {selected === undefined
              ? "Select an event to see its trace, its payloads, the log of its function and the response."
              : "This event is no longer kept."}
          </p>
        )}
      </article>
    </>
  )
}

function NoEvents({ urls }: { urls: readonly string[] }) {
  return (
    <div class="nothing">
      <p>No events yet. Connect a client, or use the composer:</p>
      <ul>
        {urls.map((url) => (
          <li key={url}>
            <code>{url}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}

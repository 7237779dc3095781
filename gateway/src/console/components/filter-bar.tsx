// The filter of the timeline, and the buttons that pause and clear it.
import type { RefObject } from "preact"
import { emptyFilter, isEmpty } from "../state/filter.ts"
import type { Store } from "../state/store.ts"
import { ExportMenu } from "./export-menu.tsx"
import { useStore } from "./use-store.ts"

const kinds = [
  ["", "All events"],
  ["message", "Messages"],
  ["call", "@connections calls"],
  ["service", "Service calls"],
  ["connect", "Handshakes"],
  ["disconnect", "Disconnects"],
  ["http", "HTTP requests"],
  ["run", "Other invocations"],
  ["denied", "Denials"],
  ["problem", "Problems"],
] as const

const outcomes = [
  ["", "Any outcome"],
  ["failed", "Failed"],
  ["denied", "Denied"],
  ["throttled", "Throttled"],
  ["running", "Running"],
  ["ok", "Succeeded"],
] as const

export function FilterBar({ store, input }: { store: Store; input: RefObject<HTMLInputElement | null> }) {
  const { filter, isPaused, waiting, routes, functions, shown, total, skipped } = useStore(store)
  const routeOptions: [string, string][] = [
    ["", "All routes"],
    ...[...routes].sort().map((one): [string, string] => [one, one]),
  ]
  const functionOptions: [string, string][] = [
    ["", "All functions"],
    ...[...functions].sort().map((one): [string, string] => [one, one]),
  ]
  return (
    <search>
      <div class="filter">
        <input
          ref={input}
          type="search"
          aria-label="Filter"
          placeholder="Filter by text or id  ( / )"
          autocomplete="off"
          value={filter.text}
          onInput={({ currentTarget }) => store.setFilter({ text: currentTarget.value })}
        />
        <span class="count">{isEmpty(filter) ? countOf(total) : `${shown.length} of ${countOf(total)}`}</span>
        {skipped > 0 && (
          <span
            class="count"
            title="The page reads more slowly than events happen, and the gateway keeps the latest only"
          >
            {skipped} entries skipped
          </span>
        )}
        <button type="button" aria-pressed={isPaused} onClick={() => store.setPaused(!isPaused)}>
          {isPaused ? `Resume (${waiting} new)` : "Pause"}
        </button>
        <button type="button" onClick={store.clear}>
          Clear
        </button>
        <ExportMenu store={store} />
      </div>
      <div class="filter choices">
        <Choice label="Kind" value={filter.kind} options={kinds} onChoose={(kind) => store.setFilter({ kind })} />
        <Choice
          label="Route"
          value={filter.route}
          options={routeOptions}
          onChoose={(route) => store.setFilter({ route })}
        />
        <Choice
          label="Function"
          value={filter.functionName}
          options={functionOptions}
          onChoose={(functionName) => store.setFilter({ functionName })}
        />
        <Choice
          label="Outcome"
          value={filter.outcome}
          options={outcomes}
          onChoose={(outcome) => store.setFilter({ outcome })}
        />
        {filter.connection !== "" && (
          <button type="button" class="chip" onClick={() => store.setFilter({ connection: "" })}>
            connection {filter.connection} <span aria-hidden="true">✕</span>
          </button>
        )}
        {!isEmpty(filter) && (
          <button type="button" onClick={() => store.setFilter(emptyFilter)}>
            Reset
          </button>
        )}
      </div>
    </search>
  )
}

function countOf(events: number): string {
  return events === 1 ? "1 event" : `${events} events`
}

function Choice({
  label,
  value,
  options,
  onChoose,
}: {
  label: string
  value: string
  options: readonly (readonly [string, string])[]
  onChoose(value: string): void
}) {
  return (
    <select
      aria-label={label}
      value={value}
      data-chosen={value !== ""}
      onChange={({ currentTarget }) => onChoose(currentTarget.value)}
    >
      {options.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  )
}

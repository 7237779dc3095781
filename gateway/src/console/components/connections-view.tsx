// The open connections, and one of them with its conversation. Their state is read every second.
import { useEffect, useState } from "preact/hooks"
import { getJson, type OpenConnection, type OpenConnections, postJson } from "../state/api.ts"
import { bytes, duration } from "../state/format.ts"
import { hashOf } from "../state/hash.ts"
import type { Store } from "../state/store.ts"
import { CloseForm } from "./close-form.tsx"
import type { Composer } from "./composer-state.ts"
import { ConnectionDetail } from "./connection-detail.tsx"
import { useStore } from "./use-store.ts"

/** More rows would make the page slow; the search finds the others. */
const MAX_ROWS = 200

export function ConnectionsView({
  store,
  selected,
  composer,
}: {
  store: Store
  selected: string | undefined
  composer: Composer
}) {
  const { openConnections } = useStore(store)
  const [text, setText] = useState("")
  const { state, problem, reload } = useConnections(openConnections)
  const { now, total, connections } = state
  const found = connections.filter(({ connectionId, sourceIp, userAgent = "", authorizer }) =>
    `${connectionId} ${sourceIp} ${userAgent} ${JSON.stringify(authorizer ?? {})}`
      .toLowerCase()
      .includes(text.toLowerCase()),
  )
  const close = async (code: number, reason: string) => {
    await postJson("/connections/close", { code, reason })
    reload()
  }
  return (
    <>
      <section class="events" aria-label="Open connections">
        <div class="filter">
          <input
            type="search"
            aria-label="Filter connections"
            placeholder="Filter by id, source or authorizer"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
          <span class="count">{total === 1 ? "1 open" : `${total} open`}</span>
          {total > 0 && <CloseForm label="Close all" onClose={close} />}
        </div>
        {problem !== "" && <p class="failure">{problem}</p>}
        {found.length === 0 ? (
          <p class="nothing">
            {total === 0 ? "No connection is open. Use the composer to open one." : "No connection matches the filter."}
          </p>
        ) : (
          <Table connections={found.slice(0, MAX_ROWS)} now={now} selected={selected} />
        )}
        {found.length > MAX_ROWS && <p class="hint">{found.length - MAX_ROWS} more. Filter to find them.</p>}
      </section>
      <article class="detail" aria-label="Connection details">
        {selected === undefined ? (
          <p class="hint">
            Select a connection to see its limits, its authorizer and its conversation, to push a message or to close
            it.
          </p>
        ) : (
          <ConnectionDetail
            key={selected}
            store={store}
            composer={composer}
            connectionId={selected}
            connection={connections.find(({ connectionId }) => connectionId === selected)}
            now={now}
            reload={reload}
          />
        )}
      </article>
    </>
  )
}

function useConnections(openConnections: number) {
  const [state, setState] = useState<OpenConnections>({ now: 0, total: 0, connections: [] })
  const [problem, setProblem] = useState("")
  const reload = () => {
    getJson<OpenConnections>("/connections").then(
      (read) => {
        setState(read)
        setProblem("")
      },
      (error: Error) => setProblem(error.message),
    )
  }
  useEffect(reload, [openConnections])
  useEffect(() => {
    const timer = setInterval(reload, 1000)
    return () => clearInterval(timer)
  }, [])
  return { state, problem, reload }
}

function Table({
  connections,
  now,
  selected,
}: {
  connections: readonly OpenConnection[]
  now: number
  selected: string | undefined
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll it.
    <section class="table" tabIndex={0} aria-label="Connections">
      <table>
        <thead>
          <tr>
            <th scope="col">Connection</th>
            <th scope="col">Age</th>
            <th scope="col">Idle</th>
            <th scope="col">Closes in</th>
            <th scope="col">Source</th>
            <th scope="col" class="number">
              In
            </th>
            <th scope="col" class="number">
              Out
            </th>
          </tr>
        </thead>
        <tbody>
          {connections.map((one) => (
            <tr key={one.connectionId} data-selected={one.connectionId === selected}>
              <th scope="row">
                <a href={hashOf("connections", one.connectionId)}>{one.connectionId}</a>
              </th>
              <td>{duration(now - one.connectedAt)}</td>
              <td>{duration(now - one.lastActiveAt)}</td>
              <td>{duration(Math.min(one.idleAt, one.lifetimeAt) - now)}</td>
              <td>{one.sourceIp}</td>
              <td class="number">
                {one.messagesIn} <small>{bytes(one.bytesIn)}</small>
              </td>
              <td class="number">
                {one.messagesOut} <small>{bytes(one.bytesOut)}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

// The composer: connects as a client, sends messages, and shows what comes back.
import { useEffect, useState } from "preact/hooks"
import type { Store } from "../state/store.ts"
import { CloseForm } from "./close-form.tsx"
import type { Composer } from "./composer-state.ts"
import { Conversation } from "./conversation.tsx"
import { useStore } from "./use-store.ts"

export function ComposerView({ store, composer }: { store: Store; composer: Composer }) {
  useComposer(composer)
  const { served } = useStore(store)
  const urls = served.stages.filter(({ protocol }) => protocol === "WEBSOCKET").map(({ url }) => url)
  const [firstUrl] = urls
  useEffect(() => {
    if (firstUrl !== undefined && !urls.includes(composer.form.url)) composer.edit({ url: firstUrl })
  }, [firstUrl])
  const { selected } = composer
  return (
    <>
      <section class="compose" aria-label="Client">
        <ConnectForm composer={composer} urls={urls} />
        {composer.rejection !== undefined && (
          <p class="failure" role="alert">
            {composer.rejection}
          </p>
        )}
        <MessageForm composer={composer} />
      </section>
      <section class="detail" aria-label="Conversation">
        {composer.clients.length > 0 && <Clients composer={composer} />}
        {selected ? (
          <>
            <Conversation store={store} connectionId={connectionOf(store, selected.userAgent)} />
            <CloseForm label="Close" onClose={composer.close} />
          </>
        ) : (
          <p class="hint">Connect to see the frames of both directions here, with their routes.</p>
        )}
      </section>
    </>
  )
}

function useComposer(composer: Composer): void {
  const [, setVersion] = useState(0)
  useEffect(() => composer.subscribe(() => setVersion((version) => version + 1)), [composer])
}

/** The gateway gives each client of the console a user agent of its own. */
function connectionOf(store: Store, userAgent: string): string | undefined {
  const row = store
    .rows()
    .findLast(({ kind, entry }) => kind === "connect" && entry.kind === "event" && entry.userAgent === userAgent)
  return row?.entry.kind === "event" ? row.entry.connectionId : undefined
}

function ConnectForm({ composer, urls }: { composer: Composer; urls: readonly string[] }) {
  const { form } = composer
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void composer.connect()
      }}
    >
      <h2>Connect</h2>
      <label>
        Stage
        <select value={form.url} onChange={({ currentTarget }) => composer.edit({ url: currentTarget.value })}>
          {urls.map((url) => (
            <option key={url}>{url}</option>
          ))}
        </select>
      </label>
      <label>
        Query string
        <input
          value={form.query}
          placeholder="token=abc&room=1"
          onInput={({ currentTarget }) => composer.edit({ query: currentTarget.value })}
        />
      </label>
      <label>
        Headers, one per line
        <textarea
          rows={2}
          value={form.headers}
          placeholder="Authorization: Bearer abc"
          onInput={({ currentTarget }) => composer.edit({ headers: currentTarget.value })}
        />
      </label>
      <label>
        Subprotocols
        <input
          value={form.protocols}
          placeholder="chat.v1"
          onInput={({ currentTarget }) => composer.edit({ protocols: currentTarget.value })}
        />
      </label>
      <button type="submit" class="primary">
        Connect
      </button>
    </form>
  )
}

function MessageForm({ composer }: { composer: Composer }) {
  const { form, saved } = composer
  const [name, setName] = useState("")
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void composer.send()
      }}
    >
      <h2>Message</h2>
      <label>
        Text frame
        <textarea
          rows={6}
          spellcheck={false}
          value={form.message}
          onInput={({ currentTarget }) => composer.edit({ message: currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void composer.send()
          }}
        />
      </label>
      <div class="buttons">
        <button type="submit" class="primary" disabled={!composer.selected}>
          Send
        </button>
        <input
          aria-label="Name of the saved message"
          placeholder="Name"
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <button type="button" disabled={name === ""} onClick={() => composer.save(name)}>
          Save
        </button>
      </div>
      {saved.length > 0 && (
        <ul class="saved" aria-label="Saved messages">
          {saved.map((message) => (
            <li key={message.name}>
              <button type="button" onClick={() => composer.edit({ message: message.text })}>
                {message.name}
              </button>
              <button type="button" aria-label={`Delete ${message.name}`} onClick={() => composer.remove(message)}>
                ✕
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  )
}

function Clients({ composer }: { composer: Composer }) {
  return (
    <fieldset class="clients" aria-label="Clients">
      {composer.clients.map((client, index) => (
        <button
          key={client.clientId}
          type="button"
          aria-pressed={client === composer.selected}
          onClick={() => composer.select(client)}
        >
          Client {index + 1}
          {client.protocol !== "" && ` (${client.protocol})`}
        </button>
      ))}
    </fieldset>
  )
}

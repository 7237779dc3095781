// The state of the composer, which outlives its view: the form, saved messages, and the clients that it opened.
import { type ClientOutcome, postJson } from "../state/api.ts"
import type { Recording } from "../state/recording.ts"

export type Client = { clientId: string; url: string; userAgent: string; protocol: string }

export type Form = { url: string; query: string; headers: string; protocols: string; message: string }

export type SavedMessage = { name: string; text: string }

export type Composer = {
  readonly form: Form
  readonly clients: readonly Client[]
  readonly selected: Client | undefined
  /** The handshake that was rejected last, or what is wrong with the form. */
  readonly rejection: string | undefined
  readonly saved: readonly SavedMessage[]
  subscribe(listener: () => void): () => void
  edit(change: Partial<Form>): void
  connect(): Promise<void>
  send(): Promise<void>
  /** Sends a message again, over a client of the same stage; opens one if there is none. */
  replay(url: string, text: string): Promise<void>
  /** Connects as a recorded client did, and sends its frames again. Resolves when the last one is sent. */
  replayConnection(recording: Recording, isSpaced: boolean): Promise<void>
  close(code: number, reason: string): Promise<void>
  select(client: Client): void
  save(name: string): void
  remove(saved: SavedMessage): void
}

const STORED_AS = "apigw-local-console-messages"

export function createComposer(): Composer {
  const listeners = new Set<() => void>()
  let form: Form = { url: "", query: "", headers: "", protocols: "", message: '{\n  "action": "ping"\n}' }
  let clients: Client[] = []
  let selected: Client | undefined
  let rejection: string | undefined
  let saved = readSaved()

  function changed(): void {
    for (const listener of listeners) listener()
  }

  /** Shows the message of an error instead of throwing it. */
  async function attempt(action: () => Promise<void>): Promise<void> {
    rejection = undefined
    try {
      await action()
    } catch (error) {
      rejection = error instanceof Error ? error.message : String(error)
    }
    changed()
  }

  async function open(): Promise<void> {
    const { url, query, headers, protocols } = form
    const outcome = await postJson<ClientOutcome>("/clients", {
      url,
      query,
      headers: readHeaders(headers),
      protocols: protocols.split(/[\s,]+/).filter((protocol) => protocol !== ""),
    })
    if (outcome.outcome === "rejected") {
      rejection = `The handshake was rejected with ${outcome.status}: ${outcome.body}`
      return
    }
    const { clientId, userAgent, protocol } = outcome
    selected = { clientId, url, userAgent, protocol }
    clients = [...clients, selected]
  }

  async function sendText(text: string, client = selected): Promise<void> {
    if (!client) throw new Error("Connect first.")
    try {
      await postJson("/clients/send", { clientId: client.clientId, text })
    } catch (error) {
      forget(client)
      throw error
    }
  }

  function forget(client: Client): void {
    clients = clients.filter((one) => one !== client)
    if (selected === client) selected = clients.at(-1)
  }

  function store(messages: SavedMessage[]): void {
    saved = messages
    localStorage.setItem(STORED_AS, JSON.stringify(saved))
    changed()
  }

  return {
    get form() {
      return form
    },
    get clients() {
      return clients
    },
    get selected() {
      return selected
    },
    get rejection() {
      return rejection
    },
    get saved() {
      return saved
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    edit(change) {
      form = { ...form, ...change }
      changed()
    },
    connect: () => attempt(open),
    send: () => attempt(() => sendText(form.message)),
    replay: (url, text) =>
      attempt(async () => {
        form = { ...form, url, message: text }
        const client = clients.findLast((one) => one.url === url)
        if (client) selected = client
        else await open()
        if (selected) await sendText(text)
      }),
    replayConnection: (recording, isSpaced) =>
      attempt(async () => {
        const { url, query, headers, protocols, frames } = recording
        const lines = headers.map(([name, value]) => `${name}: ${value}`)
        form = { ...form, url, query, headers: lines.join("\n"), protocols: protocols.join(", ") }
        changed()
        await open()
        const client = selected
        if (rejection !== undefined || !client) return
        for (const { text, afterMs } of frames) {
          if (isSpaced) await new Promise((resolve) => setTimeout(resolve, afterMs))
          await sendText(text, client)
        }
      }),
    close: (code, reason) =>
      attempt(async () => {
        const client = selected
        if (!client) return
        forget(client)
        await postJson("/clients/close", { clientId: client.clientId, code, reason })
      }),
    select(client) {
      selected = client
      changed()
    },
    save: (name) => store([...saved.filter((one) => one.name !== name), { name, text: form.message }]),
    remove: (message) => store(saved.filter((one) => one !== message)),
  }
}

function readSaved(): SavedMessage[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED_AS) ?? "[]")
    return Array.isArray(stored) ? stored : []
  } catch {
    return []
  }
}

/** Lines of `Name: value`. */
function readHeaders(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line.trim() !== "")
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(":")
      if (at < 1) throw new Error(`"${line}" is not a header. Write "Name: value".`)
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    }),
  )
}

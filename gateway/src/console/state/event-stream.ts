// Connects the gateway's stream of events to the store. After a lost connection, the browser connects again.
import type { Entry, Served } from "./entry.ts"
import type { Store } from "./store.ts"

export function connectStream(store: Store): void {
  const source = new EventSource("/_console/events")
  source.addEventListener("open", () => store.setLink("live"))
  source.addEventListener("error", () => store.setLink("reconnecting"))
  // The first message of a stream: the history follows.
  on<Served>(source, "served", (served) => {
    store.clear()
    store.setServed(served)
  })
  on<Entry[]>(source, "entries", store.receive)
  on<{ count: number }>(source, "skipped", ({ count }) => store.addSkipped(count))
  on<{ open: number }>(source, "connections", ({ open }) => store.setOpenConnections(open))
}

function on<Data>(source: EventSource, name: string, handle: (data: Data) => void): void {
  source.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent<string>).data)))
}

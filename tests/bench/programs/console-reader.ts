// Reads the console's stream of events as its page does, in a process of its own as a browser is.
import { type ClientRequest, get } from "node:http"
import { serveRequests } from "../program.ts"

let stream: ClientRequest | undefined
let received = 0

function open({ siteUrl }: { siteUrl: string }): Promise<true> {
  return new Promise((resolve, reject) => {
    stream = get(`${siteUrl}/_console/events`, (response) => {
      let rest = ""
      response.setEncoding("utf8").on("data", (chunk: string) => {
        const events = (rest + chunk).split("\n\n")
        rest = events.pop() ?? ""
        for (const event of events) read(event)
      })
      response.on("error", () => {})
      resolve(true)
    })
    stream.on("error", reject)
  })
}

function read(event: string): void {
  const [name = "", data = ""] = event.split("\n")
  if (name === "event: skipped") throw new Error(`The console did not receive all events: ${data}`)
  const value: unknown = JSON.parse(data.slice("data: ".length))
  if (name === "event: entries") received += (value as { kind: string }[]).filter(({ kind }) => kind === "event").length
}

function close(): number {
  stream?.destroy()
  stream = undefined
  return received
}

serveRequests(
  {
    open,
    close,
    /** The events since the last call. */
    takeReceived() {
      const count = received
      received = 0
      return count
    },
  },
  close,
)

// The client process of many-connections.test.ts: a process has a limit of open sockets.
// Arguments: the URL and the number of connections. Runs the commands of its parent (`open`, `echo`, `leave`, `codes`).
import { WebSocket } from "ws"

const [url = "", count = "0"] = process.argv.slice(2)
const connections = Number(count)
const atOnce = 100

const sockets: WebSocket[] = []
const closeCodes: Record<number, number> = {}
let stillOpen = 0
const allClosed = Promise.withResolvers<void>()

const commands: Record<string, () => Promise<unknown>> = {
  async open() {
    while (sockets.length < connections) {
      const wanted = Math.min(atOnce, connections - sockets.length)
      sockets.push(...(await Promise.all(Array.from({ length: wanted }, open))))
    }
    return sockets.length
  },
  /** The number of different connections that got a response. */
  async echo() {
    const ids = new Set<string>()
    for (let start = 0; start < sockets.length; start += atOnce) {
      for (const id of await Promise.all(sockets.slice(start, start + atOnce).map(echo))) ids.add(id)
    }
    return ids.size
  },
  /** A third closes, a third ends without a close frame, a third stays. */
  async leave() {
    const third = Math.floor(connections / 3)
    for (const socket of sockets.slice(0, third)) socket.close(1000)
    for (const socket of sockets.slice(third, 2 * third)) socket.terminate()
    return third
  },
  /** The number of connections per close code, once all are closed. */
  async codes() {
    await allClosed.promise
    return closeCodes
  },
}

function open(): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    socket.on("error", reject)
    socket.on("open", () => {
      stillOpen++
      resolve(socket)
    })
    socket.on("close", (code) => {
      closeCodes[code] = (closeCodes[code] ?? 0) + 1
      if (--stillOpen === 0) allClosed.resolve()
    })
  })
}

function echo(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("message", (data) => resolve(JSON.parse(String(data)).requestContext.connectionId))
    socket.send('{"action":"echo"}')
  })
}

process.on("message", (command: string) => {
  commands[command]?.().then(
    (seen) => process.send?.({ seen }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})

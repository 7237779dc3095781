// A server that sends the body of each POST to one WebSocket and returns the body of each other request as the function
// does, without signatures, permissions, functions or tables.
import { createServer, type IncomingMessage, type Server } from "node:http"
import { type WebSocket, WebSocketServer } from "ws"
import { type Identity, responseTo } from "./dialogue.ts"

/** The path of a POST ends with the index of its WebSocket, which is the connection id that a client receives. */
export function createPushServer(): { server: Server; sockets: WebSocket[] } {
  const sockets: WebSocket[] = []
  const server = createServer((request, response) => {
    readText(request, (text) => {
      const { url = "" } = request
      if (url === "/echo") {
        response.setHeader("Content-Type", "text/plain; charset=utf-8")
        response.end(responseTo(text))
      } else {
        sockets[Number(url.slice(url.lastIndexOf("/") + 1))]?.send(text)
        response.end()
      }
    })
  })
  const webSockets = new WebSocketServer({ server, clientTracking: false })
  webSockets.on("connection", (socket) => {
    const identity: Identity = { connectionId: String(sockets.push(socket) - 1), keys }
    socket.on("error", () => socket.terminate()).on("message", () => socket.send(JSON.stringify(identity)))
  })
  return { server, sockets }
}

/** Not checked. As long as those of a function. */
const keys = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE22",
  secretAccessKey: "c2VjcmV0IG9mIHRoZSBiZW5jaCwgbm90IGEgc2VjcmV0",
  sessionToken: Buffer.alloc(96, "token").toString("base64"),
}

/** With listeners, because an asynchronous iterator takes longer than the rest of the server. */
function readText(request: IncomingMessage, then: (text: string) => void): void {
  const chunks: Buffer[] = []
  request.on("data", (chunk) => chunks.push(chunk)).on("end", () => then(Buffer.concat(chunks).toString()))
}

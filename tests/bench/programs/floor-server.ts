// The floor: a WebSocket server on Node.js that does the least for the same bytes, without gateway and function.
import type { AddressInfo } from "node:net"
import { WebSocketServer } from "ws"
import { responseTo } from "../dialogue.ts"
import { serveRequests } from "../program.ts"

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, backlog: 4096, clientTracking: false })
server.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(responseTo(data.toString())))
  socket.on("error", () => socket.terminate())
})
const listening = new Promise<void>((resolve) => server.once("listening", resolve))
serveRequests(
  {
    async address() {
      await listening
      return { port: (server.address() as AddressInfo).port, path: "/" }
    },
  },
  () => server.close(),
)

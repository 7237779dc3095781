// The floor: the least that a WebSocket server on Node can do for the same bytes. No gateway, no function.
import type { AddressInfo } from "node:net"
import { WebSocketServer } from "ws"
import { answerTo } from "../dialogue.ts"
import { answerAsks } from "../program.ts"

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, backlog: 4096, clientTracking: false })
server.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(answerTo(data.toString())))
  socket.on("error", () => socket.terminate())
})
const listening = new Promise<void>((resolve) => server.once("listening", resolve))
answerAsks(
  {
    async address() {
      await listening
      return { port: (server.address() as AddressInfo).port, path: "/" }
    },
  },
  () => server.close(),
)

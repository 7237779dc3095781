// WebSocket clients that the console's composer opens to the APIs of this gateway. Browsers cannot set the headers of a
// handshake, so the gateway opens them.
import { randomUUID } from "node:crypto"
import { WebSocket } from "ws"

export type ClientRequest = {
  /** `ws://localhost:4001/dev`: a stage of this gateway */
  url: string
  query: string
  headers: Record<string, string>
  protocols: string[]
}

export type ClientOutcome =
  | { outcome: "open"; clientId: string; protocol: string; userAgent: string }
  | { outcome: "rejected"; status: number; headers: Record<string, string>; body: string }

export type ClientSockets = {
  /** @throws an Error whose message says what is wrong with the request */
  open(request: ClientRequest): Promise<ClientOutcome>
  /** @returns false when the client is not open */
  send(clientId: string, text: string): boolean
  close(clientId: string, code: number, reason: string): boolean
}

const MAX_CLIENTS = 100
const MAX_BODY_CHARACTERS = 8192

export function createClientSockets(): ClientSockets {
  const sockets = new Map<string, WebSocket>()
  return {
    async open({ url, query, headers, protocols }) {
      if (sockets.size >= MAX_CLIENTS) throw new Error(`${MAX_CLIENTS} clients are open. Close some of them first.`)
      const clientId = randomUUID()
      const named = Object.keys(headers).find((name) => name.toLowerCase() === "user-agent")
      // The name by which the console finds the connection of this client.
      const userAgent = named === undefined ? `apigw-local-console/${clientId}` : (headers[named] ?? "")
      const socket = new WebSocket(query === "" ? url : `${url}?${query.replace(/^\?/, "")}`, protocols, {
        headers: { ...headers, "User-Agent": userAgent },
        perMessageDeflate: false,
      })
      const outcome = await opened(socket)
      if (outcome) return outcome
      sockets.set(clientId, socket)
      socket.on("error", () => {})
      socket.on("close", () => sockets.delete(clientId))
      return { outcome: "open", clientId, protocol: socket.protocol, userAgent }
    },
    send(clientId, text) {
      const socket = sockets.get(clientId)
      socket?.send(text)
      return socket !== undefined
    },
    close(clientId, code, reason) {
      const socket = sockets.get(clientId)
      socket?.close(code, reason)
      return socket !== undefined
    },
  }
}

/** @returns the response with which the handshake was rejected; undefined when the socket is open */
function opened(socket: WebSocket): Promise<(ClientOutcome & { outcome: "rejected" }) | undefined> {
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(undefined))
    socket.once("error", reject)
    socket.once("unexpected-response", (_request, response) => {
      let body = ""
      response.setEncoding("utf8")
      response.on("data", (chunk: string) => {
        if (body.length < MAX_BODY_CHARACTERS) body += chunk
      })
      response.on("end", () => {
        const headers = Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
        )
        resolve({ outcome: "rejected", status: response.statusCode ?? 0, headers, body })
      })
    })
  })
}

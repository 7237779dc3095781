// Checks, holds and rejects WebSocket handshakes: the socket waits until `$connect` decides between 101 and an HTTP response.
import { type IncomingMessage, STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import type { HandshakeOutcome } from "../routes/websocket/connect.ts"

/** How much is read before the handshake is accepted, because clients may send frames early. The rest stays in TCP buffers. */
const MAX_EARLY_BYTES = 16 * 1024

/**
 * Why a handshake is invalid (RFC 6455, section 4.2.1), or undefined.
 * AWS?: each reason is a 400 (handshake-bad-key)
 */
export function handshakeError(request: IncomingMessage): string | undefined {
  const { headers, method } = request
  const key = headers["sec-websocket-key"]
  if (method !== "GET") return "A WebSocket handshake is a GET request"
  if (key === undefined || !/^[+/0-9A-Za-z]{22}==$/.test(key)) return "Invalid Sec-WebSocket-Key header"
  if (headers["sec-websocket-version"] !== "13") return "Invalid Sec-WebSocket-Version header"
  return undefined
}

/**
 * Reads from the socket while `$connect` runs, so that a client that disconnects is noticed.
 *
 * @returns `release()` stops reading and returns the bytes received, or undefined when the client has disconnected
 */
export function holdSocket(socket: Duplex, head: Buffer): { release(): Buffer | undefined } {
  const chunks = [head]
  let bytes = head.length
  let isClosed = false
  const onData = (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_EARLY_BYTES) socket.pause()
  }
  const onClosed = () => {
    isClosed = true
    socket.destroy()
  }
  socket.on("data", onData).on("end", onClosed).on("close", onClosed).on("error", onClosed)
  return {
    release() {
      socket.pause()
      // All listeners are removed, because their closures would stay in memory as long as the connection.
      socket.off("data", onData).off("end", onClosed).off("close", onClosed).off("error", onClosed)
      return isClosed ? undefined : Buffer.concat(chunks)
    },
  }
}

export type HandshakeRejection = Pick<Extract<HandshakeOutcome, { outcome: "rejected" }>, "status" | "headers" | "body">

/** Writes an HTTP response to the socket: after an upgrade event there is no response object. */
export function rejectHandshake(socket: Duplex, rejection: HandshakeRejection, nowMs: number): void {
  const body = Buffer.from(rejection.body)
  const headers = {
    // biome-ignore lint/style/noRestrictedGlobals: formats a given instant; the time itself comes from the clock.
    Date: new Date(nowMs).toUTCString(),
    "Content-Length": String(body.length),
    Connection: "close",
    ...rejection.headers,
  }
  const lines = Object.entries(headers).map(
    ([name, value]) => `${withoutLineBreaks(name)}: ${withoutLineBreaks(value)}\r\n`,
  )
  // Destroyed as well as ended: a client that keeps its side open would keep the socket open.
  socket.once("finish", () => socket.destroy())
  socket.end(
    Buffer.concat([
      Buffer.from(`HTTP/1.1 ${rejection.status} ${STATUS_CODES[rejection.status] ?? ""}\r\n${lines.join("")}\r\n`),
      body,
    ]),
  )
}

/** Prevents header injection: the text comes from a function. */
export function withoutLineBreaks(text: string): string {
  return text.replace(/[\r\n]+/g, " ")
}

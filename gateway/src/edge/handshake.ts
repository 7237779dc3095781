// A WebSocket handshake: held until `$connect` has answered, then accepted with 101 or refused as plain HTTP.
import { type IncomingMessage, STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import type { HandshakeOutcome } from "../routes/websocket/connect.ts"

/** What a client may send before it is accepted: nothing by the protocol, but the first frame may be on its way. */
const MAX_EARLY_BYTES = 256 * 1024

/**
 * Why a handshake is invalid (RFC 6455, section 4.2.1), or undefined.
 * AWS?: each reason is a 400 (handshake-bad-key)
 */
export function malformedHandshake(request: IncomingMessage): string | undefined {
  const { headers, method } = request
  if (method !== "GET") return "A WebSocket handshake is a GET request"
  if (headers.upgrade?.toLowerCase() !== "websocket") return "Invalid Upgrade header"
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? "")) return "Invalid Sec-WebSocket-Key header"
  if (headers["sec-websocket-version"] !== "13") return "Invalid Sec-WebSocket-Version header"
  return undefined
}

/**
 * Reads on while `$connect` runs, so that a client that leaves is noticed.
 *
 * @returns `take()` stops reading and gives what arrived meanwhile, or undefined when the client has left.
 */
export function holdSocket(socket: Duplex, head: Buffer): { take(): Buffer | undefined } {
  const early = [head]
  let earlyBytes = head.length
  let isGone = false
  const onData = (chunk: Buffer) => {
    early.push(chunk)
    earlyBytes += chunk.length
    if (earlyBytes > MAX_EARLY_BYTES) socket.destroy()
  }
  const onGone = () => {
    isGone = true
    socket.destroy()
  }
  socket.on("data", onData).on("end", onGone).on("close", onGone).on("error", onGone)
  return {
    take() {
      socket.pause()
      // Nothing may stay: a connection lives long, and its memory should not.
      socket.off("data", onData).off("end", onGone).off("close", onGone).off("error", onGone)
      return isGone ? undefined : Buffer.concat(early)
    },
  }
}

export type Refusal = Pick<Extract<HandshakeOutcome, { outcome: "refused" }>, "status" | "headers" | "body">

/** Writes a refusal by hand: an upgraded socket has no response object any more. */
export function refuseHandshake(socket: Duplex, refusal: Refusal, nowMs: number): void {
  const body = Buffer.from(refusal.body)
  const headers = {
    // biome-ignore lint/style/noRestrictedGlobals: formats a given instant; the time itself comes from the clock.
    Date: new Date(nowMs).toUTCString(),
    "Content-Length": String(body.length),
    Connection: "close",
    ...refusal.headers,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${oneLine(name)}: ${oneLine(value)}\r\n`)
  // Not only ended: a client that keeps its own side open would keep the socket.
  socket.once("finish", () => socket.destroy())
  socket.end(
    Buffer.concat([
      Buffer.from(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ""}\r\n${lines.join("")}\r\n`),
      body,
    ]),
  )
}

/** A header's text comes from a function: a line break in it must not start another header. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ")
}

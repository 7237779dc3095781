// A handshake written by hand: for what a WebSocket library would refuse to send, or not show.
import { type ClientRequest, request as overHttp } from "node:http"
import { request as overTls } from "node:https"
import type { Duplex } from "node:stream"
import { onTestFinished } from "vitest"

export type HandshakeAnswer = {
  status: number
  headers: Record<string, string | string[] | undefined>
  /** Names and values in turn, spelled as they came. */
  rawHeaders: string[]
  body: string
  /** Set when the handshake was accepted. */
  socket?: Duplex
}

/** The key of RFC 6455's own example, and what it has to be answered with. */
export const exampleKey = "dGhlIHNhbXBsZSBub25jZQ=="
export const exampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/** @param headers beside, or instead of, those of a good handshake; `undefined` leaves one out */
export async function handshake(
  url: string,
  headers: Record<string, string | string[] | undefined> = {},
  method = "GET",
): Promise<HandshakeAnswer> {
  return (await beginHandshake(url, headers, method)).answer
}

/** Resolves once the request is on its way; whoever calls may leave before it is answered. */
export async function beginHandshake(
  url: string,
  headers: Record<string, string | string[] | undefined> = {},
  method = "GET",
): Promise<{ answer: Promise<HandshakeAnswer>; destroy(): void }> {
  const { protocol, hostname, port } = new URL(url)
  // Not the URL's own path: it would have repaired what is to be sent as it is.
  const path = url.slice(url.indexOf("/", "wss://".length))
  const all: Record<string, string | string[] | undefined> = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": exampleKey,
    ...headers,
  }
  const given = Object.entries(all).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined)
  const request = (protocol === "wss:" ? overTls : overHttp)({
    hostname,
    ...(port !== "" && { port }),
    path,
    method,
    agent: false,
    headers: Object.fromEntries(given),
  })
  onTestFinished(() => void request.destroy())
  const answer = answerTo(request)
  // Awaited by whoever wants it: who leaves early does not.
  answer.catch(() => {})
  await new Promise<void>((sent) => request.end(() => sent()))
  return { answer, destroy: () => void request.destroy() }
}

function answerTo(request: ClientRequest): Promise<HandshakeAnswer> {
  return new Promise((resolve, reject) => {
    request.on("error", reject)
    request.on("upgrade", ({ statusCode: status = 0, headers, rawHeaders }, socket) => {
      socket.on("error", () => {})
      onTestFinished(() => void socket.destroy())
      resolve({ status, headers, rawHeaders, body: "", socket })
    })
    request.on("response", (response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk) => chunks.push(chunk))
      response.on("end", () => {
        const { statusCode: status = 0, headers, rawHeaders } = response
        resolve({ status, headers, rawHeaders, body: Buffer.concat(chunks).toString() })
      })
    })
  })
}

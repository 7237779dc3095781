// Sends handshakes that a WebSocket library would not send, and shows the whole response.
import { type ClientRequest, request as overHttp } from "node:http"
import { request as overTls } from "node:https"
import type { Duplex } from "node:stream"
import { onTestFinished } from "vitest"

export type HandshakeResponse = {
  status: number
  headers: Record<string, string | string[] | undefined>
  /** Names and values in turn, in the spelling of the server. */
  rawHeaders: string[]
  body: string
  /** Set when the handshake was accepted. */
  socket?: Duplex
}

/** The key of RFC 6455's example, and the accept key that belongs to it. */
export const exampleKey = "dGhlIHNhbXBsZSBub25jZQ=="
export const exampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/** @param headers added to those of a valid handshake, or replacing them; `undefined` removes one */
export async function handshake(
  url: string,
  headers: Record<string, string | string[] | undefined> = {},
  method = "GET",
): Promise<HandshakeResponse> {
  return (await beginHandshake(url, headers, method)).response
}

/** Resolves once the request is sent, so that a test can end the connection before the response. */
export async function beginHandshake(
  url: string,
  headers: Record<string, string | string[] | undefined> = {},
  method = "GET",
): Promise<{ response: Promise<HandshakeResponse>; destroy(): void }> {
  const { protocol, hostname, port } = new URL(url)
  // Not the path of a URL object, which would normalize it.
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
  const response = responseTo(request)
  // A test that calls `destroy` does not await the response.
  response.catch(() => {})
  await new Promise<void>((sent) => request.end(() => sent()))
  return { response, destroy: () => void request.destroy() }
}

function responseTo(request: ClientRequest): Promise<HandshakeResponse> {
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

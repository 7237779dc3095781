// Receives the responses of the functions that create custom resources, at the address that is in their event.
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { readBody } from "../../foundation/read-body.ts"

/** AWS: a response has at most 4096 bytes (custom-resource-response-size) */
export const MAX_RESPONSE_BYTES = 4096
/** Of a body that is read to be reported as too long. */
const MAX_BODY_BYTES = 1024 ** 2

export type ExpectedResponse = {
  responseUrl: string
  /** The body of the first response. */
  body: Promise<string>
  /** Later responses are rejected. */
  cancel(): void
}

export type ResponseReceiver = {
  port: number
  /** @param base scheme and host of the address */
  expect(base: string, name: string): ExpectedResponse
  close(): Promise<void>
}

export async function openResponseReceiver(): Promise<ResponseReceiver> {
  const expected = new Map<string, (body: string) => void>()

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost")
    const settle = expected.get(searchParams.get("Signature") ?? "")
    // The signature is random, so that only the function that received it can respond.
    if (request.method !== "PUT" || !settle || !pathname.startsWith("/arn")) {
      response.writeHead(403).end()
      return
    }
    const { body } = await readBody(request, MAX_BODY_BYTES)
    if (body === undefined) response.writeHead(400).end()
    else {
      response.writeHead(200).end()
      settle(body.toString("utf8"))
    }
  }

  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy())
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    port: (server.address() as AddressInfo).port,
    expect(base, name) {
      const signature = randomUUID()
      const body = new Promise<string>((resolve) => expected.set(signature, resolve))
      const responseUrl = `${base}/${encodeURIComponent(name)}?AWSAccessKeyId=AKIALOCAL&Expires=4102444800&Signature=${signature}`
      return { responseUrl, body, cancel: () => void expected.delete(signature) }
    },
    async close() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

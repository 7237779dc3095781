// Posting to a collector over real sockets: its status decides, and a connection that fails afterwards does no harm.
import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { postJson } from "./post-json.ts"

async function collector(respond: RequestListener): Promise<string> {
  const server = createServer(respond).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`
}

test("sends the body as JSON", async () => {
  const received = Promise.withResolvers<unknown>()
  const url = await collector(({ method, url: path, headers }, response) => {
    received.resolve({ method, path, type: headers["content-type"], length: headers["content-length"] })
    response.end()
  })
  await postJson(url, '{"ä":1}')
  expect(await received.promise).toEqual({
    method: "POST",
    path: "/v1/traces",
    type: "application/json",
    length: "8",
  })
})

test("fails with the status of a response that is not a success, and without a server", async () => {
  const url = await collector((_, response) => void response.writeHead(429).end())
  await expect(postJson(url, "{}")).rejects.toThrow(`${url} responds with 429.`)
  await expect(postJson("http://127.0.0.1:1/", "{}")).rejects.toThrow("ECONNREFUSED")
})

test("succeeds when the connection fails after the head of the response, without an uncaught error", async () => {
  const sockets: Socket[] = []
  const url = await collector(({ socket }, response) => {
    sockets.push(socket)
    response.writeHead(200, { "content-length": "10" }).write("half")
  })
  await postJson(url, "{}")
  sockets[0]?.resetAndDestroy()
  // The client has noticed the reset when it receives what was sent later.
  await postJson(url, "{}")
})

import { expect, test } from "vitest"
import { openSocket, refusedSocket } from "../harness/open-socket.ts"
import { startLocal } from "../harness/start-local.ts"
import { accept, echoEvent } from "../harness/template.ts"

test("a message takes its route and is answered", async () => {
  const { url } = await startLocal({
    routes: { $connect: { code: accept }, hello: { code: echoEvent, twoWay: true }, $default: { code: echoEvent } },
  })
  const socket = await openSocket(url)
  socket.send({ action: "hello" })
  const event = await socket.nextJson<{ requestContext: Record<string, unknown>; body: string }>()
  expect(event.requestContext.routeKey).toBe("hello")
  expect(event.body).toBe('{"action":"hello"}')
  socket.close()
  expect(await socket.closed).toEqual({ code: 1005, reason: "" })
})

test("a refused handshake", async () => {
  const { url } = await startLocal({
    routes: { $connect: { code: "export const handler = async () => ({ statusCode: 401 })" } },
  })
  expect(await refusedSocket(url)).toMatchObject({ status: 401 })
  expect(await refusedSocket(url.replace("/dev", "/other"))).toMatchObject({
    status: 403,
    body: '{"message":"Forbidden"}',
  })
})

// Tests the template of the CloudFormation example with Vitest: `npx vitest run` in this folder.
import { ManualClock, openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = new URL("../cloudformation/template.yaml", import.meta.url).pathname

test("answers every message in upper case", async () => {
  const gateway = await startGateway({ source })
  const socket = await openSocket(gateway.webSocketUrl())
  socket.send("hello")
  expect(await socket.next()).toBe("HELLO")
  expect(gateway.invocations("$default")).toMatchObject([{ status: 200, event: { body: "hello" } }])
  await gateway.close()
  expect(await socket.closed).toMatchObject({ code: 1001 })
})

test("closes an idle connection after ten minutes", async () => {
  const clock = new ManualClock()
  const gateway = await startGateway({ source, clock })
  const socket = await openSocket(gateway.webSocketUrl())
  clock.advance(10 * 60_000)
  expect(await socket.closed).toEqual({ code: 1001, reason: "Going away" })
  await gateway.close()
})

test("goes on after its function has failed once", async () => {
  const gateway = await startGateway({ source })
  const socket = await openSocket(gateway.webSocketUrl())
  gateway.faults.add({ effect: "function-error", routeKey: "$default", count: 1 })
  socket.send("hello")
  expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
  socket.send("hello")
  expect(await socket.next()).toBe("HELLO")
  await gateway.close()
})

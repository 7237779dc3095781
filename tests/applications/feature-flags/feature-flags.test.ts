// Feature flags that a REST API changes and a WebSocket API pushes, as their clients see them.
import { join } from "node:path"
import { openSocket, startGateway, type TestGateway } from "@document-insight/gateway/testing"
import { afterAll, beforeAll, expect, test } from "vitest"

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ source: join(import.meta.dirname, "template.yaml") })
})
afterAll(() => gateway.close())

test("a change over the REST API is pushed to every client of the WebSocket API", async () => {
  const clients = await Promise.all([1, 2].map(() => openSocket(gateway.webSocketUrl())))
  const change = (authorization: string) =>
    fetch(`${gateway.httpUrl()}/flags/dark-mode`, {
      method: "PUT",
      headers: { authorization },
      body: JSON.stringify({ value: true }),
    })
  const denied = await change("visitor")
  expect([denied.status, await denied.json()]).toEqual([
    403,
    { message: "User is not authorized to access this resource with an explicit deny" },
  ])
  const accepted = await change("admin")
  expect([accepted.status, await accepted.json()]).toEqual([200, { notified: 2 }])
  for (const client of clients) {
    expect(JSON.parse(await client.next())).toEqual({ flag: "dark-mode", value: true, by: "admin" })
  }
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})

test("a page of the configured origin may call the REST API, and another path does not exist", async () => {
  const preflight = await fetch(`${gateway.httpUrl()}/flags/a`, { method: "OPTIONS" })
  expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([
    200,
    "https://flags.example",
  ])
  const other = await fetch(`${gateway.httpUrl()}/nothing`)
  expect([other.status, await other.json()]).toEqual([403, { message: "Missing Authentication Token" }])
})

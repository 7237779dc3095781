// Uploads whose progress is pushed, as the page sees them that sends the files.
import { join } from "node:path"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "template.yaml")

test("a page follows its upload until it has arrived or is overdue", async () => {
  await using gateway = await startGateway({ source })
  const page = await openSocket(gateway.webSocketUrl())
  const create = (name: string) =>
    fetch(`${gateway.httpUrl()}/uploads`, {
      method: "POST",
      headers: { origin: "https://uploads.example", "content-type": "application/json" },
      body: JSON.stringify({ name }),
    })
  const watched = async (name: string) => {
    const response = await create(name)
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([
      200,
      "https://uploads.example",
    ])
    const { upload, url } = (await response.json()) as { upload: string; url: string }
    page.send({ action: "watch", upload })
    expect(await page.nextJson()).toEqual({ upload, name, status: "waiting" })
    return { upload, url }
  }
  expect((await create("no/path")).status).toBe(400)

  const sent = await watched("my notes.txt")
  const put = await fetch(sent.url, { method: "PUT", body: "hello", headers: { origin: "https://uploads.example" } })
  expect([put.status, put.headers.get("access-control-allow-origin")]).toEqual([200, "https://uploads.example"])
  expect(await page.nextJson()).toEqual({ upload: sent.upload, name: "my notes.txt", status: "received", bytes: 5 })

  const forgotten = await watched("never.txt")
  for (const minutes of [9, 9]) {
    gateway.clock.advance(minutes * 60_000)
    // A connection without messages is closed after ten minutes.
    page.send({ action: "watch", upload: forgotten.upload })
    expect(await page.nextJson()).toMatchObject({ status: "waiting" })
  }
  gateway.clock.advance(2 * 60_000)
  expect(await page.nextJson()).toEqual({ upload: forgotten.upload, name: "never.txt", status: "overdue" })
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})

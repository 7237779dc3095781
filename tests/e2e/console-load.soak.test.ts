// The console in Chromium under load: how long the page is blocked, how much of the list is in the document, and what it
// loads later or misses.
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Page } from "playwright-core"
import { expect, onTestFinished, test } from "vitest"
import { useConsoleWorld } from "../testing/console-world.ts"

const world = useConsoleWorld()

/** Before the list was virtual: 27 seconds for 1,500 messages. A loaded machine skips frames, so the limit is generous. */
const MAX_BLOCKED_MS = 1500

/** Records the longest time between two animation frames. */
async function watchFrames(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`{
    let last = performance.now()
    globalThis.longestMs = 0
    const frame = (now) => {
      globalThis.longestMs = Math.max(globalThis.longestMs, now - last)
      last = now
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  }`)
  return () => page.evaluate<number>("globalThis.longestMs")
}

test("1,500 messages do not block the page, and all are listed", async () => {
  const { page, list } = await world.openConsole()
  const longestMs = await watchFrames(page)
  const socket = await world.connect()
  for (let count = 0; count < 1500; count++) socket.send({ action: "ping", count })
  for (let count = 0; count < 1500; count++) await socket.next()
  await page.getByLabel("Route").selectOption("ping")
  await page.getByText("1500 of").waitFor()
  expect(await list.getByRole("option").count()).toBeLessThan(80)
  expect(await longestMs()).toBeLessThan(MAX_BLOCKED_MS)
})

test("at a high rate, the details of an event are loaded when it is opened", async () => {
  const { page, row, detail } = await world.openConsole()
  const socket = await world.connect()
  const filler = "x".repeat(7_000)
  for (let count = 0; count < 300; count++) {
    socket.send({ action: "ping", count, filler, end: `end ${count}` })
    await socket.next()
  }
  await row(/"action":"ping","count":299,/).waitFor()
  const loaded = page.waitForResponse(/\/_console\/api\/entries\?ids=\d/)
  await row(/"action":"ping","count":299,/).click()
  await loaded
  await detail.getByText('"end": "end 299"').waitFor()
  expect(await detail.getByText("Loading the details").count()).toBe(0)
  // The stream left out the event that the function received.
  await detail.getByText("Event", { exact: true }).waitFor()
})

test("the page names how many entries it did not receive", async () => {
  const { page, list } = await world.openConsole()
  const count = 25_000
  for (let index = 0; index < count; index++) {
    world.gateway.report({ event: "problem", code: "EXAMPLE", message: `problem ${index}`, hint: "An example." })
  }
  const skipped = page.getByText(/^\d+ entries skipped$/)
  await skipped.waitFor()
  await list.getByRole("option", { name: "problem 24999" }).waitFor()
  const missing = Number.parseInt(await skipped.innerText(), 10)
  expect(missing).toBeGreaterThan(0)
  await page.getByLabel("Kind").selectOption("problem")
  const received = async () => Number.parseInt(await page.getByText(/^\d+ of \d+ events$/).innerText(), 10)
  await expect.poll(received).toBeGreaterThanOrEqual(count - missing)
  expect(await received()).toBeLessThan(count)
  await page.getByRole("button", { name: "Clear" }).click()
  await skipped.waitFor({ state: "detached" })
})

test("100,000 events scroll smoothly, with some 50 rows in the document", async () => {
  const url = await serveEvents(100_000)
  const { page, list } = await world.openConsole()
  await page.goto(`${url}/_console`)
  await page.getByText(/^0 events|^\d+ events/).waitFor()
  const longestMs = await watchFrames(page)
  await page.getByText("100000 events").waitFor()
  await page.evaluate("globalThis.longestMs = 0")
  await page.evaluate(`new Promise((resolve) => {
    const rows = document.querySelector(".rows")
    let step = 0
    const scroll = () => {
      rows.scrollTop = (rows.scrollHeight * (step % 50)) / 50
      if (++step < 150) requestAnimationFrame(scroll)
      else resolve()
    }
    scroll()
  })`)
  expect(await longestMs()).toBeLessThan(MAX_BLOCKED_MS)
  expect(await list.getByRole("option").count()).toBeLessThan(80)
  await page.getByLabel("Filter", { exact: true }).fill("number 99999 ")
  await page.getByText("1 of 100000 events").waitFor()
  expect(await longestMs()).toBeLessThan(MAX_BLOCKED_MS)
})

/** The console of the gateway with another stream of events. */
async function serveEvents(count: number): Promise<string> {
  const server = createServer(async ({ url = "" }, response) => {
    if (url !== "/_console/events") {
      const { headers, body } = await fetch(world.gateway.siteUrl + url)
      response.writeHead(200, { "content-type": headers.get("content-type") ?? "" })
      for await (const chunk of body ?? []) response.write(chunk)
      response.end()
      return
    }
    response.writeHead(200, { "content-type": "text/event-stream" })
    const send = (name: string, data: unknown) => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
    send("served", { outputs: {}, stages: [], functions: [] })
    for (let id = 0; id < count; id += 200) {
      if (
        !send(
          "entries",
          Array.from({ length: 200 }, (_, index) => entry(id + index)),
        )
      )
        await once(response, "drain")
    }
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function entry(id: number): object {
  const requestId = `request-${id}`
  const common = { id, time: 1_700_000_000_000 + id, kind: "event", apiId: "a", stage: "dev", eventType: "MESSAGE" }
  const frame = JSON.stringify({ action: "chat", text: `number ${id} of many` })
  return { ...common, requestId, routeKey: "chat", connectionId: "c=", status: 200, durationMs: id % 50, frame }
}

// Prices from a backend over HTTP, and mocks: an API without functions, as its clients see it.
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, onTestFinished, test } from "vitest"

const prices = new Map([
  ["ABC", { price: 12.5, market: "open" }],
  ["OLD", { price: 3, market: "closed" }],
])

/** @returns its host and port */
async function startBackend(): Promise<string> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://backend")
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    if (pathname === "/session") {
      const isKnown = searchParams.get("token") === "secret" && request.headers["connection-id"] !== undefined
      response.writeHead(isKnown ? 204 : 401).end()
    } else if (pathname === "/lists") {
      response.end(`${request.headers["content-type"]}: ${Buffer.concat(chunks)}`)
    } else {
      const symbol = pathname.replace("/quotes/", "")
      const found = prices.get(symbol)
      const status = symbol === "DOWN" ? 503 : found ? 200 : 404
      response.writeHead(status, { "X-Market": found?.market ?? "none" })
      response.end(JSON.stringify({ symbol, price: found?.price, currency: searchParams.get("currency") }))
    }
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function startApi() {
  const gateway = await startGateway({
    source: join(import.meta.dirname, "template.yaml"),
    parameters: { Backend: await startBackend() },
  })
  onTestFinished(() => gateway.close())
  return gateway
}

test("the backend decides who may connect", async () => {
  const gateway = await startApi()
  await openSocket(`${gateway.webSocketUrl()}?token=secret`)
  await expect(openSocket(`${gateway.webSocketUrl()}?token=wrong`)).rejects.toThrow("401")
  expect(gateway.events.filter(({ event }) => event === "problem")).toEqual([])
})

test("prices are read from the backend, and its status selects the response", async () => {
  const gateway = await startApi()
  const client = await openSocket(`${gateway.webSocketUrl()}?token=secret`)
  const priceOf = async (symbol: unknown) => {
    client.send({ topic: "quotes", action: "get", symbol })
    return JSON.parse(await client.next())
  }
  expect(await priceOf("ABC")).toEqual({ symbol: "ABC", price: 12.5, currency: "EUR" })
  expect(await priceOf("OLD")).toEqual({ symbol: "OLD", closedAt: 3 })
  expect(await priceOf("NONE")).toEqual({ error: "unknown symbol" })
  expect(await priceOf("DOWN")).toEqual({ error: "try again later" })
  expect(await priceOf("lower case")).toMatchObject({ message: "Bad request body" })
})

test("the message selects its model and the template of the request", async () => {
  const gateway = await startApi()
  const client = await openSocket(`${gateway.webSocketUrl()}?token=secret`)
  const list = (more: object) => {
    client.send({ topic: "quotes", action: "list", ...more })
    return client.next()
  }
  expect(await list({ symbols: ["A", "B"] })).toBe('application/json: ["A","B"]')
  expect(await list({ symbols: ["A", "B"], form: "csv" })).toBe("text/csv: A,B")
  expect(await list({ symbols: ["A", "B", "C", "D"] })).toContain("Bad request body")
  expect(await list({ kind: "single" })).toContain("Bad request body")
  expect(await list({ kind: "single", symbol: "A", symbols: [] })).toBe("application/json: []")
})

test("mocks greet in the language of the message, and help with everything else", async () => {
  const gateway = await startApi()
  const client = await openSocket(`${gateway.webSocketUrl()}?token=secret`)
  const said: string[] = []
  for (const more of [{ name: "A" }, { name: "A", language: "de" }, { name: "A", language: "fr" }, {}]) {
    client.send({ topic: "people", action: "greet", ...more })
    said.push(await client.next())
  }
  expect(said).toEqual(["Hello", "Guten Tag", "Hello", '{"error":"a name is missing"}'])
  client.send("what?")
  expect(JSON.parse(await client.next())).toMatchObject({ help: ["quotes.get", "quotes.list", "people.greet"] })
})

// The configuration that the page loads from its own server.
import { afterEach, expect, test, vi } from "vitest"
import { loadConfig } from "./config.ts"

afterEach(() => void vi.unstubAllGlobals())

const config = { webSocketUrl: "wss://ws.example/dev", apiEndpoint: "https://api.example", envName: "dev" }

function respondWith(respond: () => Promise<Response>) {
  const requests: [url: string, options: unknown][] = []
  vi.stubGlobal("fetch", (url: string, options: unknown) => {
    requests.push([url, options])
    return respond()
  })
  return requests
}

test("is requested anew each time, and has defaults for what is optional", async () => {
  const requests = respondWith(async () => Response.json({ ...config, later: 1 }))
  expect(await loadConfig()).toEqual({ ...config, acceptsImages: false })
  expect(requests).toEqual([["/config.json", { cache: "no-cache" }]])
})

test("can have text recognition and a sign-in", async () => {
  const full = { ...config, acceptsImages: true, signIn: { url: "http://localhost:4003", clientId: "c" } }
  respondWith(async () => Response.json(full))
  expect(await loadConfig()).toEqual(full)
})

test.each<[what: string, body: unknown]>([
  ["a WebSocket address of another scheme", { ...config, webSocketUrl: "https://ws.example" }],
  ["an API address of another scheme", { ...config, apiEndpoint: "ws://api.example" }],
  ["no environment", { ...config, envName: undefined }],
  ["a sign-in without a client", { ...config, signIn: { url: "https://sign-in.example" } }],
  ["a sign-in of another scheme", { ...config, signIn: { url: "sign-in.example", clientId: "c" } }],
])("is incomplete with %s", async (_what, body) => {
  respondWith(async () => Response.json(body))
  await expect(loadConfig()).rejects.toThrow("config.json, is missing or incomplete")
})

test("is missing when the server responds with an error or with another page", async () => {
  respondWith(async () => Response.json(config, { status: 404 }))
  await expect(loadConfig()).rejects.toThrow("is missing or incomplete")
  respondWith(async () => new Response("<html>"))
  await expect(loadConfig()).rejects.toThrow("is missing or incomplete")
})

test("cannot be loaded while the server is away", async () => {
  respondWith(() => Promise.reject(new TypeError("fetch failed")))
  await expect(loadConfig()).rejects.toThrow("could not be reached")
})

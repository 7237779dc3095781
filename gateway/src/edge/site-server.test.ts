// Requests the site as a browser, as a foreign page, and with hostile paths.
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { text } from "node:stream/consumers"
import { describe, expect, onTestFinished, test } from "vitest"
import type { SiteDefinition, SiteSource } from "../definition/site.ts"
import { type LogFields, silentLog } from "../foundation/log.ts"
import { awsQuotas } from "../foundation/quotas.ts"
import { createSiteServer, type SiteServerPorts } from "./site-server.ts"

/** Serves `files` from a folder next to a file that must stay hidden. */
async function serve(
  files: Record<string, string>,
  more: {
    prefix?: string
    markers?: Record<string, string>
    notFound?: SiteDefinition["notFound"]
    site?: SiteServerPorts["site"]
  } = {},
) {
  const root = mkdtempSync(join(tmpdir(), "site-test-"))
  const folder = join(root, "site")
  const write = (path: string, content: string) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  for (const [path, content] of Object.entries(files)) write(join(folder, path), content)
  write(join(root, "secret.txt"), "secret")
  symlinkSync(join(root, "secret.txt"), join(folder, "link.txt"))
  symlinkSync(root, join(folder, "up"))
  symlinkSync("index.html", join(folder, "same.html"))

  const source: SiteSource = { path: folder, markers: more.markers ?? {} }
  if (more.prefix !== undefined) source.prefix = more.prefix
  const site: SiteDefinition = {
    logicalId: "Site",
    stackName: "stack",
    domainName: "d1.cloudfront.net",
    defaultRootObject: "index.html",
    sources: [source],
    ...(more.notFound && { notFound: more.notFound }),
  }
  const logged: { event: string; fields: LogFields | undefined }[] = []
  const ports: SiteServerPorts = {
    site: more.site ?? (() => site),
    localize: (text) => text.replace("AWS", "local"),
    overview: () => "<h1>overview</h1>",
    serveConsole: async ({ url }, response) => {
      if (url !== "/_console") return false
      response.end("the console")
      return true
    },
    log: { ...silentLog, error: (event, fields) => void logged.push({ event, fields }) },
    quotas: awsQuotas,
  }
  const server = createSiteServer(ports).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
    rmSync(root, { recursive: true })
  })
  const { port } = server.address() as AddressInfo

  /** Sends the path unchanged, which `fetch` would normalize. */
  async function get(path: string, headers: Record<string, string> = {}) {
    const sent = request({ host: "127.0.0.1", port, path, headers: { host: `localhost:${port}`, ...headers } }).end()
    const [response] = await once(sent, "response")
    return { status: response.statusCode as number, body: await text(response) }
  }
  return { port, get, logged, origin: `http://localhost:${port}` }
}

const page = { "index.html": "<h1>hello</h1>", "assets/app.js": "go()" }

describe("the site", () => {
  test("is served from its folder, the root as its default object", async () => {
    const { get } = await serve(page)
    expect(await get("/")).toEqual({ status: 200, body: "<h1>hello</h1>" })
    expect(await get("/assets/app.js?v=1")).toEqual({ status: 200, body: "go()" })
    expect(await get("/assets")).toMatchObject({ status: 404 })
    expect(await get("/nothing.js")).toMatchObject({ status: 404 })
  })

  test("is served below its prefix only", async () => {
    const { get } = await serve(page, { prefix: "app/v2" })
    expect(await get("/app/v2/index.html")).toEqual({ status: 200, body: "<h1>hello</h1>" })
    expect(await get("/index.html")).toMatchObject({ status: 404 })
    expect(await get("/app/v2x/index.html")).toMatchObject({ status: 404 })
  })

  test("has its markers replaced, then the AWS addresses", async () => {
    const { get } = await serve({ "index.html": "at <1>" }, { markers: { "<1>": "AWS" } })
    expect(await get("/")).toEqual({ status: 200, body: "at local" })
  })

  test("responds to unknown paths with the distribution's error page and status", async () => {
    const { get } = await serve(page, { notFound: { path: "/index.html", status: 200 } })
    expect(await get("/documents/7")).toEqual({ status: 200, body: "<h1>hello</h1>" })
  })
})

test.each([
  ["a.css", "text/css; charset=utf-8"],
  ["a.html", "text/html; charset=utf-8"],
  ["a.ico", "image/x-icon"],
  ["a.js", "text/javascript; charset=utf-8"],
  ["a.json", "application/json; charset=utf-8"],
  ["a.map", "application/json; charset=utf-8"],
  ["a.mjs", "text/javascript; charset=utf-8"],
  ["a.png", "image/png"],
  ["a.svg", "image/svg+xml"],
  ["a.txt", "text/plain; charset=utf-8"],
  ["a.wasm", "application/wasm"],
  ["a.webp", "image/webp"],
  ["a.woff2", "font/woff2"],
  ["a.other", "application/octet-stream"],
  ["a", "application/octet-stream"],
])("%s is served as %s", async (name, type) => {
  const { origin } = await serve({ [name]: "content" })
  const { status, headers } = await fetch(`${origin}/${name}`)
  expect(status).toBe(200)
  expect(headers.get("content-type")).toBe(type)
  expect(headers.get("cache-control")).toBe("no-cache")
})

describe("a request", () => {
  test("may be HEAD, and is 405 with any other method", async () => {
    const { origin } = await serve(page)
    const head = await fetch(origin, { method: "HEAD" })
    expect([head.status, await head.text()]).toEqual([200, ""])
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const body = method === "POST" ? "x".repeat(100_000) : null
      const response = await fetch(origin, { method, body })
      expect([response.status, await response.text()]).toEqual([405, "GET or HEAD only\n"])
    }
  })

  test("of the console is served by the console", async () => {
    const { get, logged } = await serve(page, { notFound: { path: "/index.html", status: 200 } })
    expect((await get("/_console")).body).toContain("the console")
    // A second response to the same request would have failed by now.
    await get("/")
    expect(logged).toEqual([])
  })

  test("without a Host header, as in HTTP/1.0, is rejected with 403", async () => {
    const { port } = await serve(page)
    const socket = connect(port, "127.0.0.1")
    socket.write("GET / HTTP/1.0\r\n\r\n")
    const response = await text(socket)
    expect(response).toMatch(/^HTTP\/1\.1 403 /)
    expect(response).toContain("\r\ncontent-type: text/plain; charset=utf-8\r\n")
    expect(response).toContain('The Host header "" is not a name of this machine.')
  })

  test("with markup in its Host header does not have it in the response", async () => {
    const { port } = await serve(page)
    const socket = connect(port, "127.0.0.1")
    socket.write("GET / HTTP/1.1\r\nHost: <b>\r\nConnection: close\r\n\r\n")
    expect(await text(socket)).toContain('The Host header "?b?" is not')
  })
})

test("a template without a site has its overview at the root only", async () => {
  const { get, origin } = await serve(page, { site: () => undefined })
  expect(await get("/")).toEqual({ status: 200, body: "<h1>overview</h1>" })
  expect((await fetch(origin)).headers.get("content-type")).toBe("text/html; charset=utf-8")
  expect(await get("/index.html")).toEqual({ status: 404, body: "Not found\n" })
  expect(await get("/", { host: "d1.cloudfront.net" })).toMatchObject({ status: 403 })
})

test("a site whose error page is missing responds with a plain 404", async () => {
  const { get } = await serve(page, { notFound: { path: "/none.html", status: 200 } })
  expect(await get("/none")).toEqual({ status: 404, body: "Not found\n" })
})

test("the last source that has a file wins", async () => {
  const folders = ["first", "second"].map((content) => {
    const folder = mkdtempSync(join(tmpdir(), "site-test-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, "a.txt"), content)
    return folder
  })
  const [first = "", second = ""] = folders
  writeFileSync(join(first, "b.txt"), "only in the first")
  const site: SiteDefinition = {
    logicalId: "Site",
    stackName: "stack",
    domainName: "d1.cloudfront.net",
    defaultRootObject: "a.txt",
    sources: [first, second].map((path) => ({ path, markers: {} })),
  }
  const { get } = await serve(page, { site: () => site })
  expect((await get("/")).body).toBe("second")
  expect((await get("/b.txt")).body).toBe("only in the first")
})

describe("a path outside of the folder is 404", () => {
  test.each([
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt",
    "/..%5csecret.txt",
    "//secret.txt",
    "/%00/../secret.txt",
    "/index.html%00.png",
    `/${"a/".repeat(5000)}`,
    "/%",
  ])("%s", async (path) => {
    const { get } = await serve(page)
    const { status, body } = await get(path)
    expect(body).not.toContain("secret")
    expect(status).toBe(404)
  })

  test("symbolic links within the folder are followed, links out of it are not", async () => {
    const { get } = await serve(page)
    expect(await get("/link.txt")).toMatchObject({ status: 404 })
    expect(await get("/up/secret.txt")).toMatchObject({ status: 404 })
    expect(await get("/up/site/index.html")).toMatchObject({ status: 200 })
    expect(await get("/same.html")).toEqual({ status: 200, body: "<h1>hello</h1>" })
  })
})

describe("the Host header", () => {
  test.each(["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])("may be %s with the port", async (name) => {
    const { get, port } = await serve(page)
    expect(await get("/", { host: `${name}:${port}` })).toMatchObject({ status: 200 })
  })

  test("may be the site's name on AWS, which functions use", async () => {
    const { get } = await serve(page)
    expect(await get("/", { host: "d1.cloudfront.net" })).toMatchObject({ status: 200 })
  })

  test("a request with a foreign Host header is rejected with 403", async () => {
    const { get, port } = await serve(page)
    expect(await get("/", { host: `evil.example:${port}` })).toEqual({
      status: 403,
      body: `The Host header "evil.example:${port}" is not a name of this machine. Open http://localhost:${port}/ instead.\n`,
    })
    for (const host of [
      "localhost",
      "localhost:1",
      `localhost.evil.example:${port}`,
      `evil.example@localhost:${port}`,
    ]) {
      expect(await get("/", { host })).toMatchObject({ status: 403 })
    }
  })
})

test("a bug is a 500 with AWS's body and is logged", async () => {
  const site = () => {
    throw new Error("a bug")
  }
  const { get, logged } = await serve(page, { site })
  expect(await get("/index.html")).toEqual({ status: 500, body: '{"message":"Internal Server Error"}' })
  expect(logged).toMatchObject([{ event: "Request failed", fields: { server: "site", path: "/index.html" } }])
  expect(logged[0]?.fields?.message).toContain("Error: a bug")
})

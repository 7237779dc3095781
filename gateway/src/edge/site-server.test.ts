// The site as a browser, a stranger's page and somebody who tries paths see it.
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { text } from "node:stream/consumers"
import { describe, expect, it, onTestFinished } from "vitest"
import type { SiteDefinition, SiteSource } from "../definition/hosting.ts"
import { createSiteServer } from "./site-server.ts"

/** Serves `files` from folders beside one that nobody is to see. */
async function serve(
  files: Record<string, string>,
  more: { prefix?: string; markers?: Record<string, string>; notFound?: SiteDefinition["notFound"] } = {},
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

  const source: SiteSource = { path: folder, form: "folder", markers: more.markers ?? {} }
  if (more.prefix !== undefined) source.prefix = more.prefix
  const site: SiteDefinition = {
    ...{ logicalId: "Site", stackName: "stack", domainName: "d1.cloudfront.net", defaultRootObject: "index.html" },
    sources: [source],
    ...(more.notFound && { notFound: more.notFound }),
  }
  const ports = { site: () => site, localize: (text: string) => text.replace("AWS", "local"), overview: () => "" }
  const server = createSiteServer(ports as unknown as Parameters<typeof createSiteServer>[0]).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
    rmSync(root, { recursive: true })
  })
  const { port } = server.address() as AddressInfo

  /** The path goes out as it is: `fetch` would tidy it up. */
  async function get(path: string, headers: Record<string, string> = {}) {
    const sent = request({ host: "127.0.0.1", port, path, headers: { host: `localhost:${port}`, ...headers } }).end()
    const [response] = await once(sent, "response")
    return { status: response.statusCode as number, body: await text(response) }
  }
  return { port, get }
}

const page = { "index.html": "<h1>hello</h1>", "assets/app.js": "go()" }

describe("a site", () => {
  it("is served from its folder, the root as its default object", async () => {
    const { get } = await serve(page)
    expect(await get("/")).toEqual({ status: 200, body: "<h1>hello</h1>" })
    expect(await get("/assets/app.js?v=1")).toEqual({ status: 200, body: "go()" })
    expect(await get("/assets")).toMatchObject({ status: 404 })
    expect(await get("/nothing.js")).toMatchObject({ status: 404 })
  })

  it("lies below its prefix, and nowhere else", async () => {
    const { get } = await serve(page, { prefix: "app/v2" })
    expect(await get("/app/v2/index.html")).toEqual({ status: 200, body: "<h1>hello</h1>" })
    expect(await get("/index.html")).toMatchObject({ status: 404 })
    expect(await get("/app/v2x/index.html")).toMatchObject({ status: 404 })
  })

  it("has its markers replaced, and then AWS's addresses", async () => {
    const { get } = await serve({ "index.html": "at <1>" }, { markers: { "<1>": "AWS" } })
    expect(await get("/")).toEqual({ status: 200, body: "at local" })
  })

  it("answers unknown paths with the page for them, with the status that the distribution gives it", async () => {
    const { get } = await serve(page, { notFound: { path: "/index.html", status: 200 } })
    expect(await get("/documents/7")).toEqual({ status: 200, body: "<h1>hello</h1>" })
  })
})

describe("no path leaves the folder", () => {
  it.each([
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

  it("by a link, while links within it are followed", async () => {
    const { get } = await serve(page)
    expect(await get("/link.txt")).toMatchObject({ status: 404 })
    expect(await get("/up/secret.txt")).toMatchObject({ status: 404 })
    expect(await get("/up/site/index.html")).toMatchObject({ status: 200 })
    expect(await get("/same.html")).toEqual({ status: 200, body: "<h1>hello</h1>" })
  })
})

describe("the Host header", () => {
  it.each(["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])("may be %s with the port", async (name) => {
    const { get, port } = await serve(page)
    expect(await get("/", { host: `${name}:${port}` })).toMatchObject({ status: 200 })
  })

  it("may be the site's own name on AWS, under which functions ask for it", async () => {
    const { get } = await serve(page)
    expect(await get("/", { host: "d1.cloudfront.net" })).toMatchObject({ status: 200 })
  })

  it("may be nothing else: a stranger's name that leads here is refused with a sentence", async () => {
    const { get, port } = await serve(page)
    expect(await get("/", { host: `evil.example:${port}` })).toEqual({
      status: 403,
      body: `This is served to this machine only: open http://localhost:${port}/ instead of "evil.example:${port}".\n`,
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

// Requests the site as a browser, as a foreign page, and with hostile paths.
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { text } from "node:stream/consumers"
import { describe, expect, onTestFinished, test } from "vitest"
import type { SiteDefinition, SiteSource } from "../definition/hosting.ts"
import { type LogFields, silentLog } from "../foundation/log.ts"
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

  const source: SiteSource = { path: folder, form: "folder", markers: more.markers ?? {} }
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
    overview: () => "",
    console: { entries: () => [], subscribe: () => () => {}, outputs: () => ({}), openConnections: () => 0 },
    log: { ...silentLog, error: (event, fields) => void logged.push({ event, fields }) },
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
  return { port, get, logged }
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

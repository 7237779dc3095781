// The static site that CloudFront would serve, from the very folder that would be uploaded.

import { readFile, realpath } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { extname, join, posix, sep } from "node:path"
import type { SiteDefinition, SiteSource } from "../definition/hosting.ts"
import { decodePercent } from "../foundation/request-target.ts"
import { isForThisMachine, refuseStranger } from "./check-host.ts"
import { answerConsole, type ConsolePorts } from "./console-server.ts"
import { pathOf } from "./request-maps.ts"

const contentTypes: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
}

export type SiteServerPorts = {
  /** Today's site; undefined when the template has none. */
  site(): SiteDefinition | undefined
  /** Puts this machine's addresses in place of AWS's. */
  localize(text: string): string
  /** Served for `/` when the template has no site: what is being served, and where. */
  overview(): string
  console: ConsolePorts
}

export function createSiteServer(ports: SiteServerPorts): Server {
  return createServer((request, response) => {
    onRequest(request, response, ports).catch((error: unknown) => response.destroy(error as Error))
  })
}

async function onRequest(request: IncomingMessage, response: ServerResponse, ports: SiteServerPorts): Promise<void> {
  request.resume()
  const site = ports.site()
  // A function may know the site by the name that it has on AWS.
  if (!isForThisMachine(request, site?.domainName)) return refuseStranger(request, response)
  if (request.method !== "GET" && request.method !== "HEAD")
    return send(response, 405, "text/plain", "GET or HEAD only\n")
  if (await answerConsole(request, response, ports.console)) return
  const path = decodePercent(pathOf(request)) ?? pathOf(request)
  if (!site) {
    if (path === "/") return send(response, 200, "text/html; charset=utf-8", ports.overview())
    return send(response, 404, "text/plain", "Not found\n")
  }
  const wanted = path === "/" ? `/${site.defaultRootObject}` : path
  const found = await readSiteFile(site, wanted, ports)
  if (found) return send(response, 200, found.contentType, found.content)
  const fallback = site.notFound && (await readSiteFile(site, site.notFound.path, ports))
  if (site.notFound && fallback) return send(response, site.notFound.status, fallback.contentType, fallback.content)
  return send(response, 404, "text/plain", "Not found\n")
}

function send(response: ServerResponse, status: number, contentType: string, content: string | Buffer): void {
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-cache" }).end(content)
}

/** The last source that has the file wins, as when a bucket deployment unpacks one after the other. */
async function readSiteFile(site: SiteDefinition, path: string, ports: SiteServerPorts) {
  // An absolute path cannot climb above its root.
  const relative = posix.join("/", path)
  for (const source of site.sources.toReversed()) {
    const content = await readSource(source, relative)
    if (content) {
      const contentType = contentTypes[extname(relative)] ?? "application/octet-stream"
      return { contentType, content: replaceMarkers(source, content, ports) }
    }
  }
  return undefined
}

async function readSource(source: SiteSource, path: string): Promise<Buffer | undefined> {
  const prefix = source.prefix === undefined ? "/" : `/${source.prefix}/`
  if (!path.startsWith(prefix) || path.includes("\0")) return undefined
  try {
    const folder = await realpath(source.path)
    const file = await realpath(join(folder, path.slice(prefix.length)))
    // A link in the folder may lead anywhere.
    return file.startsWith(folder + sep) ? await readFile(file) : undefined
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException
    if (["ENOENT", "EISDIR", "ENOTDIR", "ELOOP", "ENAMETOOLONG"].includes(code)) return undefined
    throw error
  }
}

/** Addresses are put in place once every marker is: a marker may stand for no more than a part of one. */
function replaceMarkers(source: SiteSource, content: Buffer, { localize }: SiteServerPorts): Buffer | string {
  const markers = Object.entries(source.markers)
  if (markers.length === 0) return content
  return localize(markers.reduce((text, [marker, value]) => text.replaceAll(marker, value), content.toString("utf8")))
}

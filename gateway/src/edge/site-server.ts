// Serves the static site that CloudFront would serve, from the folder that would be uploaded.
import { readFile, realpath } from "node:fs/promises"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { extname, join, posix, sep } from "node:path"
import type { SiteDefinition, SiteSource } from "../definition/site.ts"
import type { Log } from "../foundation/log.ts"
import { decodePercent } from "../foundation/request-target.ts"
import type { ServeConsole } from "./console-server.ts"
import { createHttpServer, MAX_SILENCE_MS, type RequestQuotas } from "./http-server.ts"
import { isLocalHost, rejectForeignHost } from "./local-host.ts"
import { pathOf } from "./request-headers.ts"

const contentTypes = new Map([
  [".css", "text/css; charset=utf-8"],
  [".html", "text/html; charset=utf-8"],
  [".ico", "image/x-icon"],
  [".js", "text/javascript; charset=utf-8"],
  [".json", "application/json; charset=utf-8"],
  [".map", "application/json; charset=utf-8"],
  [".mjs", "text/javascript; charset=utf-8"],
  [".png", "image/png"],
  [".svg", "image/svg+xml"],
  [".txt", "text/plain; charset=utf-8"],
  [".wasm", "application/wasm"],
  [".webp", "image/webp"],
  [".woff2", "font/woff2"],
])

export type SiteServerPorts = {
  /** The current deployment's site; undefined when the template has none. */
  site(): SiteDefinition | undefined
  /** Replaces AWS addresses with local ones. */
  localize(text: string): string
  /** The page for `/` when the template has no site. */
  overview(): string
  serveConsole: ServeConsole
  log: Log
  quotas: RequestQuotas
}

export function createSiteServer(ports: SiteServerPorts): Server {
  return createHttpServer({
    name: "site",
    log: ports.log,
    quotas: ports.quotas,
    maxSilenceMs: MAX_SILENCE_MS,
    handle: (request, response) => onRequest(request, response, ports),
  })
}

async function onRequest(request: IncomingMessage, response: ServerResponse, ports: SiteServerPorts): Promise<void> {
  const site = ports.site()
  // Functions request the site by its name on AWS.
  if (!isLocalHost(request, site?.domainName)) return rejectForeignHost(request, response)
  if (await ports.serveConsole(request, response)) return
  if (request.method !== "GET" && request.method !== "HEAD") {
    return send(response, 405, "text/plain", "GET or HEAD only\n")
  }
  const path = decodePercent(pathOf(request)) ?? pathOf(request)
  if (!site) {
    if (path === "/") return send(response, 200, "text/html; charset=utf-8", ports.overview())
    return send(response, 404, "text/plain", "Not found\n")
  }
  const found = await readSiteFile(site, path === "/" ? `/${site.defaultRootObject}` : path, ports)
  if (found) return send(response, 200, found.contentType, found.content)
  const fallback = site.notFound && (await readSiteFile(site, site.notFound.path, ports))
  if (site.notFound && fallback) return send(response, site.notFound.status, fallback.contentType, fallback.content)
  return send(response, 404, "text/plain", "Not found\n")
}

function send(response: ServerResponse, status: number, contentType: string, content: string | Buffer): void {
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-cache" }).end(content)
}

/** The last source with the file wins, because a bucket deployment extracts its sources in order. */
async function readSiteFile(site: SiteDefinition, path: string, ports: SiteServerPorts) {
  // Normalized as an absolute path, which cannot leave its root.
  const relative = posix.join("/", path)
  for (const source of site.sources.toReversed()) {
    const content = await readSource(source, relative)
    if (content) {
      const contentType = contentTypes.get(extname(relative)) ?? "application/octet-stream"
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
    // A symbolic link may lead outside of the folder.
    return file.startsWith(folder + sep) ? await readFile(file) : undefined
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException
    if (["ENOENT", "EISDIR", "ENOTDIR", "ELOOP", "ENAMETOOLONG"].includes(code)) return undefined
    throw error
  }
}

/** Addresses are replaced after all markers, because the value of a marker may be a part of an address. */
function replaceMarkers(source: SiteSource, content: Buffer, { localize }: SiteServerPorts): Buffer | string {
  const markers = Object.entries(source.markers)
  if (markers.length === 0) return content
  return localize(markers.reduce((text, [marker, value]) => text.replaceAll(marker, value), content.toString("utf8")))
}

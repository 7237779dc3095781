// What the S3 stand-in lacks, in front of it: CORS from the template, signature checks and bucket notifications.
// Everything else passes through as a stream.
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http"
import type { AddressInfo } from "node:net"
import type { Clock } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import type { BucketDefinition, BucketNotificationDefinition } from "../template/definition.ts"
import { corsHeaders } from "./bucket-cors.ts"
import { deliver, matchingNotifications, type NotificationTargets } from "./bucket-notifications.ts"
import { changeOf, type ObjectChange, readS3Request, type S3Request } from "./s3-request.ts"

export type VerifyS3 = (request: {
  method: string
  path: string
  query: string
  headers: Record<string, string | string[] | undefined>
}) => { status: number; code: string; message: string } | undefined

export type S3FrontOptions = {
  /** Where the stand-in listens. */
  backend: string
  region: string
  buckets(): BucketDefinition[]
  notifications(): BucketNotificationDefinition[]
  /** Undefined: accepted. */
  verify: VerifyS3
  targets: NotificationTargets
  clock: Clock
  log: Log
}

export type S3Front = { endpoint: string; close(): Promise<void> }

export async function startS3Front(options: S3FrontOptions): Promise<S3Front> {
  const agent = new Agent({ keepAlive: true })
  const delivering = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const served = serve(options, agent, request, response).catch((cause) => {
      options.log.error("S3 request failed", { method: request.method, url: request.url, cause })
      if (response.headersSent) response.destroy()
      else sendError(response, { status: 500, code: "InternalError", message: "We encountered an internal error." })
    })
    delivering.add(served)
    void served.then(() => delivering.delete(served))
  })
  // Uploads of any length may take any time.
  server.requestTimeout = 0
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
      await Promise.all(delivering)
      agent.destroy()
    },
  }
}

async function serve(
  options: S3FrontOptions,
  agent: Agent,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/", headers } = incoming
  response.setHeader("x-amz-request-id", randomBytes(8).toString("hex").toUpperCase())
  const request = readS3Request(method, url, headers.host ?? "")
  if (!request) {
    sendError(response, { status: 400, code: "InvalidURI", message: "Couldn't parse the specified URI." })
    return
  }
  if (method === "OPTIONS" && headers.origin !== undefined) {
    preflight(options, request, incoming, response)
    return
  }
  const rules = rulesOf(options, request)
  if (headers.origin !== undefined) {
    const cors = corsHeaders(rules, { origin: headers.origin, method, headers: [] })
    for (const [name, value] of Object.entries(cors ?? {})) response.setHeader(name, value)
  }
  const mark = url.indexOf("?")
  const [path, query] = mark === -1 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)]
  const refusal = options.verify({ method, path, query, headers })
  if (refusal) {
    // The rest of an upload nobody wants must still be read, or the client never sees the answer.
    incoming.resume()
    sendError(response, refusal)
    return
  }
  const change = changeOf(request, (name) => single(headers[name]))
  // S3 lists removed keys in the request, and in the answer only when not asked to be quiet.
  const body = change === "DeleteMany" ? tee(incoming) : undefined
  const answer = await forward(options, agent, request, incoming, response)
  if (change && answer.status < 300) await notify(options, agent, request, incoming, change, answer, body)
}

function preflight(options: S3FrontOptions, request: S3Request, incoming: IncomingMessage, response: ServerResponse) {
  const { headers } = incoming
  const rules = rulesOf(options, request)
  const wanted = single(headers["access-control-request-headers"]) ?? ""
  const cors = corsHeaders(rules, {
    origin: headers.origin ?? "",
    method: single(headers["access-control-request-method"]) ?? "",
    headers: wanted
      .toLowerCase()
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean),
  })
  if (cors) {
    response.writeHead(200, { ...cors, "content-length": "0" }).end()
    return
  }
  // AWS: these very sentences, spelling included. [obs: answers of S3]
  const message =
    rules.length === 0
      ? "CORSResponse: CORS is not enabled for this bucket."
      : "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
  sendError(response, { status: 403, code: "AccessForbidden", message })
}

type Answer = { status: number; headers: IncomingMessage["headers"] }

function forward(
  { backend }: S3FrontOptions,
  agent: Agent,
  request: S3Request,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host: _host, expect: _expect, connection: _connection, ...headers } = incoming.headers
    const query = request.query.size > 0 ? (incoming.url ?? "").slice((incoming.url ?? "").indexOf("?")) : ""
    const { hostname, port } = new URL(backend)
    const path = request.path + query
    const outgoing = sendRequest({ agent, hostname, port, path, method: request.method, headers }, (answer) => {
      const status = answer.statusCode ?? 502
      const { "x-amz-request-id": _id, connection: _answerConnection, "keep-alive": _keep, ...rest } = answer.headers
      response.writeHead(status, withoutUndefined(rest))
      answer.pipe(response)
      answer.once("error", reject)
      answer.once("end", () => resolve({ status, headers: answer.headers }))
    })
    outgoing.once("error", reject)
    // A client that goes away in the middle must not leave half an object behind.
    incoming.once("aborted", () => outgoing.destroy(new Error("the client went away")))
    incoming.pipe(outgoing)
  })
}

async function notify(
  options: S3FrontOptions,
  agent: Agent,
  request: S3Request,
  incoming: IncomingMessage,
  change: ObjectChange,
  answer: Answer,
  body: Promise<string> | undefined,
): Promise<void> {
  const bucketName = request.bucket ?? ""
  if (!options.notifications().some((notification) => notification.bucketName === bucketName)) return
  const removed = change === "Delete" || change === "DeleteMany"
  const eventName = removed ? "ObjectRemoved:Delete" : `ObjectCreated:${change}`
  for (const key of await changedKeys(request, change, answer, body)) {
    if (matchingNotifications(options.notifications(), { bucketName, key, eventName }).length === 0) continue
    const object = removed ? undefined : await describe(options, agent, bucketName, key)
    const event = {
      bucketName,
      key,
      eventName,
      time: options.clock.now(),
      sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
      requestId: randomBytes(8).toString("hex").toUpperCase(),
      ...(object ? { object } : {}),
    }
    await deliver(options.notifications(), event, options)
  }
}

async function changedKeys(
  request: S3Request,
  change: ObjectChange,
  answer: Answer,
  body: Promise<string> | undefined,
): Promise<string[]> {
  if (change === "DeleteMany") {
    const xml = (await body) ?? ""
    return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => decodeXml(key ?? ""))
  }
  if (change !== "Post") return [request.key]
  // A form's key is only known from where the object went.
  const location = single(answer.headers.location)
  if (location === undefined || !URL.canParse(location, "http://s3")) return []
  const url = new URL(location, "http://s3")
  const key = url.searchParams.get("key") ?? decodeURIComponent(url.pathname.split("/").slice(2).join("/"))
  return key ? [key] : []
}

function describe({ backend }: S3FrontOptions, agent: Agent, bucketName: string, key: string) {
  return new Promise<{ size: number; eTag: string } | undefined>((resolve, reject) => {
    const path = `/${bucketName}/${key.split("/").map(encodeURIComponent).join("/")}`
    const { hostname, port } = new URL(backend)
    const head = sendRequest({ agent, hostname, port, path, method: "HEAD" }, (answer) => {
      answer.resume()
      const eTag = (single(answer.headers.etag) ?? "").replaceAll('"', "")
      resolve(answer.statusCode === 200 ? { size: Number(answer.headers["content-length"] ?? 0), eTag } : undefined)
    })
    head.once("error", reject)
    head.end()
  })
}

function rulesOf(options: S3FrontOptions, { bucket }: S3Request) {
  return options.buckets().find(({ bucketName }) => bucketName === bucket)?.cors ?? []
}

function tee(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve) => incoming.once("end", () => resolve(Buffer.concat(chunks).toString())))
}

function sendError(
  response: ServerResponse,
  { status, code, message }: { status: number; code: string; message: string },
) {
  const requestId = response.getHeader("x-amz-request-id")
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${encodeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`
  response.writeHead(status, { "content-type": "application/xml", "content-length": Buffer.byteLength(body) }).end(body)
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function withoutUndefined(headers: IncomingMessage["headers"]): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

const xmlEntities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" }

function encodeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => xmlEntities[character] ?? character)
}

function decodeXml(text: string): string {
  return text
    .replace(/&#(x?)([0-9a-f]+);/gi, (_all, hex, digits) =>
      String.fromCodePoint(Number.parseInt(digits, hex ? 16 : 10)),
    )
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&")
}

// Opens the API that contract cases run against: a local gateway, or with TARGET=aws the observer stack on AWS.
import { createHash, createHmac } from "node:crypto"
import { join } from "node:path"
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"
import { type GatewayEvent, startGateway } from "@document-insight/gateway"
import { openSocket as openUntilClosed } from "@document-insight/gateway/testing"
import { SignatureV4 } from "@smithy/signature-v4"
import { openSocket, type TestSocket } from "../../testing/open-socket.ts"

export type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

export type Target = {
  isLocal: boolean
  /** `wss://{host}/contract`; the other stages are `other`, `shut` and `empty`. */
  url: string
  /** The API without a `$connect` and a `$default` route. */
  nestedUrl: string
  /** The API with integrations without proxy, mapping templates and models. */
  mappingUrl: string
  /** The API's URL with another path: `path("/other")`. */
  at(path: string): string
  /** A client of the management API, as functions use it. */
  management: ApiGatewayManagementApiClient
  /** A signed request to the management API, byte for byte. */
  manage(request: ManagementRequest): Promise<ManagementResponse>
  /** The events that the observer received for a connection id or a marker; waits until there is one. */
  recall<Kind extends keyof Remembered>(subject: string, kind: Kind): Promise<Remembered[Kind][]>
  /** The same without waiting: the list may be empty. */
  recallNow<Kind extends keyof Remembered>(subject: string, kind: Kind): Promise<Remembered[Kind][]>
  /** @throws Error when the local gateway has reported a problem */
  checkProblems(): void
  close(): Promise<void>
}

export type ManagementRequest = {
  method: string
  /** Everything after the host, encoded as it is sent. */
  path: string
  body?: string | Uint8Array
  /** `null`: unsigned. */
  keys?: Keys | null
}

export type ManagementResponse = { status: number; headers: Headers; body: string }

// biome-ignore lint/suspicious/noExplicitAny: cases read any key of an event
export type Event = Record<string, any>
type Posted = { status: number; name?: string }
type Remembered = {
  CONNECT: { event: Event; posted?: Posted }
  DISCONNECT: { event: Event; posted: Posted }
  SHUT: Event
}

/** @throws Error when TARGET=aws and a variable of the environment is missing */
export async function openTarget(): Promise<Target> {
  return process.env.TARGET === "aws" ? deployedTarget() : localTarget()
}

async function deployedTarget(): Promise<Target> {
  const { CONTRACT_URL: url = "", AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env
  const [, region] = /^wss:\/\/[a-z0-9]+\.execute-api\.([a-z0-9-]+)\.[a-z.]+\/contract$/.exec(url) ?? []
  if (region === undefined)
    throw new Error("CONTRACT_URL is not the stack's output ContractUrl: see tests/contract/README.md")
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: see tests/contract/README.md")
  }
  const keys: Keys = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  }
  return target({ isLocal: false, url, region, keys, checkProblems: () => {}, close: async () => {} })
}

async function localTarget(): Promise<Target> {
  const problems: GatewayEvent[] = []
  const gateway = await startGateway({
    source: join(import.meta.dirname, "..", "observer.template.yaml"),
    onEvent: (event) => event.event === "problem" && event.code === "ERROR" && problems.push(event),
  })
  return target({
    isLocal: true,
    url: gateway.outputs().ContractUrl ?? "",
    region: "us-east-1",
    keys: gateway.credentials,
    nestedUrl: gateway.outputs().NestedUrl ?? "",
    mappingUrl: gateway.outputs().MappingUrl ?? "",
    close: () => gateway.close(),
    checkProblems() {
      if (problems.length > 0) throw new Error(`The gateway reported problems: ${JSON.stringify(problems)}`)
    },
  })
}

async function target(options: {
  isLocal: boolean
  url: string
  region: string
  keys: Keys
  /** Requested from the observer unless given, so that one URL is enough on AWS. */
  nestedUrl?: string
  mappingUrl?: string
  checkProblems(): void
  close(): Promise<void>
}): Promise<Target> {
  const { isLocal, url, region, keys, checkProblems, close } = options
  const { origin } = new URL(url)
  const httpOrigin = origin.replace(/^ws/, "http")
  const memory = await openUntilClosed(url, { timeoutMs: 10_000 })
  const ask = async (message: object) => {
    memory.send(message)
    return JSON.parse(await memory.next())
  }
  const { nestedUrl, mappingUrl } = { ...(await ask({ action: "about" })), ...options }
  const recallNow: Target["recallNow"] = (subject, kind) => ask({ action: "recall", subject, kind })

  return {
    isLocal,
    url,
    nestedUrl,
    mappingUrl,
    at: (path) => origin + path,
    management: new ApiGatewayManagementApiClient({
      endpoint: `${httpOrigin}/contract`,
      region,
      credentials: keys,
      maxAttempts: 1,
    }),
    manage: (request) => manage(httpOrigin, region, { keys, ...request }),
    recallNow,
    async recall(subject, kind) {
      // $disconnect runs after the socket has closed: repeat until it has run.
      for (let asked = 0; asked < 200; asked++) {
        const found = await recallNow(subject, kind)
        if (found.length > 0) return found
      }
      throw new Error(`The observer has no ${kind} event of ${subject}.`)
    },
    checkProblems,
    async close() {
      await memory.close()
      await close()
    },
  }
}

/** Signs a request as the SDK does, but sends it unchanged: the SDK would encode or reject parts of it. */
export async function manage(origin: string, region: string, request: ManagementRequest, now = Date.now()) {
  const { method, path, body = "", keys } = request
  const { host, hostname } = new URL(origin)
  let headers: Record<string, string> = { host }
  if (keys) {
    const signer = new SignatureV4({
      credentials: keys,
      region,
      service: "execute-api",
      sha256: Sha256,
      uriEscapePath: true,
    })
    const unsigned = { method, protocol: "http:", hostname, path, query: {}, headers, body }
    headers = (await signer.sign(unsigned, { signingDate: new Date(now) })).headers
  }
  const response = await fetch(`${origin}${path}`, {
    method,
    headers,
    ...(method !== "GET" && { body: body as string | Uint8Array<ArrayBuffer> }),
  })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

class Sha256 {
  readonly #hash
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Buffer)
  }
  update(data: Uint8Array) {
    this.#hash.update(data)
  }
  async digest() {
    return new Uint8Array(this.#hash.digest())
  }
}

/** Opens a connection. @returns its socket, the event of its first message, and its id */
export async function openEcho(url: string, options: Parameters<typeof openSocket>[1] = {}) {
  const socket = await openSocket(url, options)
  const event = await echo(socket)
  return { socket, event, connectionId: event.requestContext.connectionId as string }
}

/** Sends a message. @returns its event */
export async function echo(socket: TestSocket, more: object = {}): Promise<Event> {
  socket.send({ action: "echo", ...more })
  return socket.nextJson<Event>()
}

// Sends the requests of integrations: to HTTP backends, and signed to AWS services. The only client of the routes.
import { Agent, type IncomingMessage, request as overHttp } from "node:http"
import { request as overTls, Agent as TlsAgent } from "node:https"
import type { Credentials } from "../definition/credentials.ts"
import type { OutgoingRequest, OutgoingResult, ServiceRequest } from "../definition/outgoing-request.ts"
import type { Denied } from "../definition/permission.ts"
import type { Clock } from "../foundation/clock.ts"
import { endpointVariable } from "../foundation/endpoint-variable.ts"
import { signRequest } from "../iam/sigv4/sign-request.ts"

export type BackendClientOptions = {
  clock: Clock
  /** `amazonaws.com`: its hosts are not contacted. */
  urlSuffix: string
  /** Loopback port by host name, for the hosts of AWS that are served here. `*.` begins a wildcard. */
  hosts(): Record<string, number>
  /** Of a service, as its AWS_ENDPOINT_URL; undefined when it is not served. */
  endpoint(service: string): string | undefined
  credentialsOf(roleArn: string): Credentials | Denied
}

export type BackendClient = {
  sendRequest(request: OutgoingRequest): Promise<OutgoingResult>
  callService(request: ServiceRequest): Promise<OutgoingResult>
  close(): void
}

/** AWS: a response of an integration has at most 10 MB (int-payload-limit) */
const MAX_RESPONSE_BYTES = 10 * 1024 * 1024

export function createBackendClient(options: BackendClientOptions): BackendClient {
  const { clock } = options
  const agents = { http: new Agent({ keepAlive: true }), https: new TlsAgent({ keepAlive: true }) }

  async function send({ method, url, headers, body, timeoutMs }: OutgoingRequest): Promise<OutgoingResult> {
    const [start, agent] = url.startsWith("https:") ? [overTls, agents.https] : [overHttp, agents.http]
    const sent = { ...headers, "content-length": String(body.length) }
    try {
      // Throws for a header with characters that HTTP does not allow.
      const sending = start(url, { method, agent, headers: sent })
      const result = await new Promise<OutgoingResult>((resolve) => {
        const timer = clock.after(timeoutMs, () => resolve({ outcome: "timed-out" }))
        const finish = (finished: OutgoingResult) => {
          timer.cancel()
          resolve(finished)
        }
        sending.on("response", (response) => collect(response, finish))
        sending.on("error", (error) => finish({ outcome: "unreachable", message: error.message }))
        sending.end(body)
      })
      if (result.outcome !== "responded") sending.destroy()
      return result
    } catch (error) {
      return { outcome: "unreachable", message: error instanceof Error ? error.message : String(error) }
    }
  }

  return {
    async sendRequest(request) {
      const local = localUrl(request.url, options)
      return "message" in local
        ? { outcome: "not-sent", message: local.message }
        : send({ ...request, url: local.url.href })
    },
    async callService({ service, host, region, method, path, headers, body, timeoutMs, roleArn }) {
      const endpoint = host === undefined ? serviceEndpoint(service, options) : apiEndpoint(host, options)
      if ("message" in endpoint) return { outcome: "not-sent", message: endpoint.message }
      // The signature of a request to an API covers the name of the API.
      const unsigned = { method, target: path, headers: { ...headers, host: host ?? endpoint.url.host }, body }
      let sent: Record<string, string> = unsigned.headers
      if (roleArn !== undefined) {
        const credentials = options.credentialsOf(roleArn)
        if ("allowed" in credentials) return { outcome: "not-sent", message: credentials.message }
        sent = signRequest(unsigned, { credentials, service, region, now: clock.now() })
      }
      return send({ method, url: endpoint.url.origin + path, headers: sent, body, timeoutMs })
    },
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

function collect(response: IncomingMessage, finish: (result: OutgoingResult) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= MAX_RESPONSE_BYTES) chunks.push(chunk)
    else finish({ outcome: "unreachable", message: "The response is larger than 10 MB." })
  })
  response.on("error", (error) => finish({ outcome: "unreachable", message: error.message }))
  response.on("end", () =>
    finish({
      outcome: "responded",
      status: response.statusCode ?? 502,
      headers: response.headers,
      body: Buffer.concat(chunks),
    }),
  )
}

type Endpoint = { url: URL } | { message: string }

function serviceEndpoint(service: string, { endpoint }: BackendClientOptions): Endpoint {
  const url = endpoint(service)
  if (url !== undefined) return { url: new URL(url) }
  return { message: `${service} is not served locally: set ${endpointVariable(service)}` }
}

function apiEndpoint(host: string, { hosts }: BackendClientOptions): Endpoint {
  const port = portsOf(hosts).get(host)
  if (port !== undefined) return { url: new URL(`http://127.0.0.1:${port}`) }
  return { message: `${host} is not the host of an API that is served here` }
}

/** The address of a backend here. Hosts of AWS that are not served here are not contacted. */
function localUrl(address: string, { hosts, urlSuffix, endpoint }: BackendClientOptions): Endpoint {
  const url = new URL(address)
  const ports = portsOf(hosts)
  const port = ports.get(url.hostname) ?? ports.get(url.hostname.replace(/^[^.]+/, "*"))
  if (port !== undefined) return { url: new URL(`http://127.0.0.1:${port}${url.pathname}${url.search}`) }
  if (isChosen(url, endpoint)) return { url }
  if (url.hostname === urlSuffix || url.hostname.endsWith(`.${urlSuffix}`)) {
    return { message: `${url.hostname} is a host of AWS that is not served here` }
  }
  return { url }
}

/** A map, because a backend can have any name: `constructor`. */
function portsOf(hosts: BackendClientOptions["hosts"]): ReadonlyMap<string, number> {
  return new Map(Object.entries(hosts()))
}

/** The issuer of a real user pool, when its endpoint was chosen. */
function isChosen({ protocol, hostname }: URL, endpoint: BackendClientOptions["endpoint"]): boolean {
  const chosen = endpoint("cognito-identity-provider")
  return protocol === "https:" && chosen !== undefined && new URL(chosen).hostname === hostname
}

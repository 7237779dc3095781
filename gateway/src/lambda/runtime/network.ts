// Redirects a function's network: hosts that the gateway serves are reached over loopback, and no other AWS host is reached
// at all. It works below every HTTP client (the AWS SDK, node:https, fetch), so handlers run unedited, and without
// certificates there is nothing to trust.
import { syncBuiltinESMExports } from "node:module"
import type { Socket } from "node:net"
import type { ConnectionOptions, TLSSocket } from "node:tls"
import { beforeNetwork } from "./before-network.ts"

// A handler may replace it.
const { getBuiltinModule } = process

type ConnectOptions = ConnectionOptions & { host?: string; servername?: string }
type Lookup = (hostname: string, ...rest: unknown[]) => unknown

/**
 * @param ports host name -> loopback port; `*.example.com` matches every name directly below it
 * @param environment the function's variables: hosts in `AWS_ENDPOINT_URL*` were chosen by a person and stay reachable.
 */
export function installNetwork(ports: Record<string, number>, environment: NodeJS.ProcessEnv): void {
  const local = new Map(Object.entries(ports).map(([host, port]) => [host.toLowerCase(), port]))
  const chosen = chosenHosts(environment)
  beforeNetwork(() => replaceConnections({ local, chosen, environment }))
}

type Network = {
  /** Host name -> loopback port. */
  local: Map<string, number>
  chosen: string[]
  environment: NodeJS.ProcessEnv
}

function replaceConnections({ local, chosen, environment }: Network): void {
  const tls = getBuiltinModule("node:tls")
  const dns = getBuiltinModule("node:dns")

  const connectSecurely = tls.connect as (...values: unknown[]) => TLSSocket
  const connect = (...values: unknown[]) => {
    const options = readOptions(values)
    const port = portOf(local, (options.servername || options.host || "").toLowerCase())
    if (port === undefined) return connectSecurely(...values)
    const listener = values.at(-1)
    return connectPlainly(port, typeof listener === "function" ? (listener as () => void) : undefined)
  }
  tls.connect = connect as typeof tls.connect

  const resolve = dns.lookup as Lookup
  const lookup: Lookup = (hostname, ...rest) => {
    if (!isAwsHost(hostname) || isChosen(hostname, chosen)) return resolve(hostname, ...rest)
    const callback = rest.at(-1) as (error: Error) => void
    process.nextTick(callback, notServed(hostname, [...local.keys()], environment))
  }
  dns.lookup = lookup as typeof dns.lookup
  syncBuiltinESMExports()
}

function portOf(local: Map<string, number>, host: string): number | undefined {
  return local.get(host) ?? local.get(host.replace(/^[^.]+/, "*"))
}

// The forms of tls.connect: (options), (port, host?, options?), each with an optional listener at the end.
function readOptions(values: unknown[]): ConnectOptions {
  const options: ConnectOptions = {}
  for (const value of values) {
    if (typeof value === "string") options.host = value
    else if (typeof value === "object") Object.assign(options, value)
  }
  return options
}

// Clients ask a TLS socket whether it is one, whom it trusts and which protocol was negotiated; then they just write.
function connectPlainly(port: number, listener?: () => void): Socket {
  const socket = getBuiltinModule("node:net").connect({ host: "127.0.0.1", port })
  Object.assign(socket, {
    encrypted: true,
    authorized: true,
    authorizationError: null,
    alpnProtocol: false,
    getPeerCertificate: () => ({}),
    getCipher: () => ({ name: "none", standardName: "none", version: "TLSv1.3" }),
    getProtocol: () => "TLSv1.3",
    getSession: () => undefined,
    isSessionReused: () => false,
    setServername: () => {},
  })
  if (listener) socket.once("secureConnect", listener)
  socket.once("connect", () => socket.emit("secureConnect"))
  return socket
}

const awsDomain = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|amazoncognito\.com|on\.aws)$/i

function isAwsHost(hostname: string): boolean {
  return awsDomain.test(hostname)
}

function chosenHosts(environment: NodeJS.ProcessEnv): string[] {
  const urls = Object.entries(environment).filter(([name]) => name.startsWith("AWS_ENDPOINT_URL"))
  return urls.flatMap(([, url]) => (url && URL.canParse(url) ? [new URL(url).hostname] : []))
}

// S3's SDK puts the bucket in front of a chosen host.
function isChosen(hostname: string, chosen: string[]): boolean {
  return chosen.some((host) => hostname === host || hostname.endsWith(`.${host}`))
}

function notServed(hostname: string, local: string[], environment: NodeJS.ProcessEnv): Error {
  const services = Object.keys(environment)
    .filter((name) => name.startsWith("AWS_ENDPOINT_URL_"))
    .map((name) => name.slice("AWS_ENDPOINT_URL_".length))
  const service = serviceOf(hostname)
  const message =
    `${hostname} is not served locally, and calls to AWS never leave this machine. ` +
    `Served here: ${[...services, ...local].join(", ") || "nothing"}. ` +
    `To use a real endpoint, start with AWS_ENDPOINT_URL_${service}=https://${hostname}`
  // Not a network code such as ENOTFOUND: the SDK would try again three times before it shows the sentence.
  return Object.assign(new Error(message), { name: "NotServedLocally", code: "ERR_NOT_SERVED_LOCALLY", hostname })
}

// sqs.eu-west-1.amazonaws.com, bucket.s3.eu-west-1.amazonaws.com, bedrock-runtime.us-east-1.api.aws
function serviceOf(hostname: string): string {
  const labels = hostname.replace(awsDomain, "").split(".").filter(Boolean)
  const region = labels.findLastIndex((label) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(label))
  const service = labels[region === -1 ? labels.length - 1 : region - 1] ?? labels[0] ?? "SERVICE"
  return sdkNames.get(service) ?? service.toUpperCase().replaceAll("-", "_")
}

// The SDK names the variable after the id of the service, which differs from the host name of some.
const sdkNames = new Map([
  ["cognito-idp", "COGNITO_IDENTITY_PROVIDER"],
  ["cognito-identity", "COGNITO_IDENTITY"],
  ["email", "SESV2"],
  ["events", "EVENTBRIDGE"],
  ["logs", "CLOUDWATCH_LOGS"],
  ["monitoring", "CLOUDWATCH"],
  ["secretsmanager", "SECRETS_MANAGER"],
  ["states", "SFN"],
  ["sync-states", "SFN"],
])

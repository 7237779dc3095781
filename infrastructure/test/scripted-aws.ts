// A local HTTP server that responds to the AWS calls of the deployment's commands as a test specifies.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { getCompileCacheDir } from "node:module"
import type { AddressInfo } from "node:net"
import { dirname } from "node:path"
import { text } from "node:stream/consumers"
import { onTestFinished, vi } from "vitest"
import { temporaryFolder } from "./temporary-folder.ts"

/** By operation: `GetCallerIdentity`, `GetParameter`, … A string is an error's code. */
export type ScriptedResponses = Record<
  string,
  Record<string, unknown> | string | (() => Record<string, unknown> | string)
>

export type ScriptedAws = { url: string; calls: { operation: string; input: Record<string, string> }[] }

/** Starts the server and points the AWS SDK of this process to it, with credentials and a region. */
export async function startScriptedAws(responses: ScriptedResponses): Promise<ScriptedAws> {
  const calls: ScriptedAws["calls"] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const { operation, isQuery } = operationOf(request, body)
    calls.push({ operation, input: inputOf(body, isQuery) })
    const scripted = responses[operation]
    const result = typeof scripted === "function" ? scripted() : (scripted ?? "UnexpectedCall")
    if (isQuery) respondXml(response, operation, result)
    else respondJson(response, result)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const [name, value] of Object.entries(scriptedEnvironment(url))) vi.stubEnv(name, value)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    server.closeAllConnections()
    server.close()
  })
  return { url, calls }
}

export function scriptedEnvironment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
    AWS_MAX_ATTEMPTS: "1",
    ...noConfiguredAccount,
  }
}

/** Keeps the AWS SDK from finding credentials or a region of the machine that runs the tests. */
export const noConfiguredAccount = {
  AWS_CONFIG_FILE: "/nonexistent",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
  AWS_EC2_METADATA_DISABLED: "true",
}

const ownCache = getCompileCacheDir()

/** Of a command that a test starts: without a home, and with the compiled code that other runs have kept. */
export const commandEnvironment = {
  HOME: "/nonexistent",
  NODE_COMPILE_CACHE: ownCache === undefined ? temporaryFolder() : dirname(ownCache),
}

function operationOf({ method, url, headers }: IncomingMessage, body: string) {
  const action = new URLSearchParams(body).get("Action")
  if (action) return { operation: action, isQuery: true }
  const target = String(headers["x-amz-target"] ?? "").split(".")[1]
  if (target) return { operation: target, isQuery: false }
  if (url?.startsWith("/2016-08-19/account-settings")) return { operation: "GetAccountSettings", isQuery: false }
  if (url === "/account") return { operation: "GetAccount", isQuery: false }
  return { operation: `${method} ${url}`, isQuery: false }
}

function inputOf(body: string, isQuery: boolean): Record<string, string> {
  return isQuery ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body || "{}")
}

function respondJson(response: ServerResponse, result: Record<string, unknown> | string): void {
  const isError = typeof result === "string"
  response.writeHead(isError ? 400 : 200, {
    "content-type": "application/json",
    ...(isError && { "x-amzn-errortype": result }),
  })
  response.end(JSON.stringify(isError ? { __type: result, message: `scripted ${result}` } : result))
}

function respondXml(response: ServerResponse, operation: string, result: Record<string, unknown> | string): void {
  if (typeof result === "string") {
    const error = `<Code>${result}</Code><Message>scripted ${result}</Message>`
    response.writeHead(400, { "content-type": "text/xml" })
    response.end(`<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>`)
    return
  }
  const content = `<${operation}Result>${toXml(result)}</${operation}Result>`
  response.writeHead(200, { "content-type": "text/xml" }).end(`<${operation}Response>${content}</${operation}Response>`)
}

/** Lists become `<member>` elements, as in the AWS query protocol. */
function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((member) => `<member>${toXml(member)}</member>`).join("")
  if (value === null || typeof value !== "object") return String(value)
  return Object.entries(value)
    .map(([name, child]) => `<${name}>${toXml(child)}</${name}>`)
    .join("")
}

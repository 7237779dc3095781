// Calls the console's API. Requests that change something carry the token of the run, which only this page has.

const token = document.querySelector<HTMLMetaElement>('meta[name="console-token"]')?.content ?? ""

/** @throws an Error with the message of the gateway */
export async function getJson<Value>(path: string): Promise<Value> {
  return readResponse<Value>(await fetch(`/_console/api${path}`))
}

/** @throws an Error with the message of the gateway */
export async function postJson<Value>(path: string, body: object): Promise<Value> {
  const headers = { "content-type": "application/json", "x-console-token": token }
  return readResponse<Value>(
    await fetch(`/_console/api${path}`, { method: "POST", headers, body: JSON.stringify(body) }),
  )
}

async function readResponse<Value>(response: Response): Promise<Value> {
  const body = await response.json()
  if (response.ok) return body
  throw new Error(body.message ?? `The gateway responded with ${response.status}.`)
}

export type OpenConnection = {
  connectionId: string
  apiId: string
  stageName: string
  connectedAt: number
  lastActiveAt: number
  idleAt: number
  lifetimeAt: number
  sourceIp: string
  userAgent?: string
  authorizer?: Record<string, string>
  messagesIn: number
  bytesIn: number
  messagesOut: number
  bytesOut: number
}

export type OpenConnections = { now: number; total: number; connections: OpenConnection[] }

export type ManagementResult = {
  requestId: string
  status: number
  body?: string
  errorType?: string
  message?: string
}

export type ClientOutcome =
  | { outcome: "open"; clientId: string; protocol: string; userAgent: string }
  | { outcome: "rejected"; status: number; headers: Record<string, string>; body: string }

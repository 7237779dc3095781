// Requests of integrations to HTTP backends and to AWS services.

export type OutgoingRequest = {
  method: string
  /** `http:` or `https:`, with the query string. */
  url: string
  headers: Record<string, string>
  body: Buffer
  timeoutMs: number
}

/** `service`: as in the host name, `dynamodb`. `path` has the query string. */
export type ServiceRequest = {
  service: string
  /** Of an API, which has another host than the service. */
  host?: string | undefined
  region: string
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
  timeoutMs: number
  /** The role whose credentials sign the request. Absent: the request is not signed. */
  roleArn: string | undefined
}

export type OutgoingResponse = {
  outcome: "responded"
  status: number
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

export type OutgoingResult =
  | OutgoingResponse
  | { outcome: "timed-out" }
  /** `message`: no connection, an invalid certificate, an invalid response. */
  | { outcome: "unreachable"; message: string }
  /** The request was not sent: the service is not served here, or the role may not be assumed. */
  | { outcome: "not-sent"; message: string }

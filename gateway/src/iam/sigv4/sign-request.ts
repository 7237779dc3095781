// Signs a request of the gateway to a service, as an AWS SDK does.
import { hash } from "node:crypto"
import type { Credentials } from "../../definition/credentials.ts"
import { splitTarget } from "../../foundation/request-target.ts"
import { isoBasic } from "./iso-basic.ts"
import { algorithm, canonicalPath, canonicalQuery, sign } from "./signing.ts"

export type UnsignedRequest = {
  method: string
  /** With the query string. */
  target: string
  /** Names in lower case, `host` included. */
  headers: Readonly<Record<string, string>>
  body: Buffer
}

export type SigningOptions = { credentials: Credentials; service: string; region: string; now: number }

/** @returns the headers with those of the signature */
export function signRequest(request: UnsignedRequest, options: SigningOptions): Record<string, string> {
  const { credentials, service, region } = options
  const signedAt = isoBasic(options.now)
  const payloadHash = hash("sha256", request.body)
  const headers: Record<string, string> = Object.assign(Object.create(null), request.headers, {
    "x-amz-date": signedAt,
    "x-amz-content-sha256": payloadHash,
  })
  if (credentials.sessionToken !== undefined) headers["x-amz-security-token"] = credentials.sessionToken
  const signedHeaders = Object.keys(headers).sort()
  const { path, query } = splitTarget(request.target)
  const scope = { date: signedAt.slice(0, 8), region, service }
  const signature = sign(credentials, scope, signedAt, {
    method: request.method,
    canonicalPath: canonicalPath(path, service),
    canonicalQuery: canonicalQuery(query),
    signedHeaders,
    headers,
    payloadHash,
  }).toString("hex")
  const credential = `${credentials.accessKeyId}/${scope.date}/${region}/${service}/aws4_request`
  headers.authorization = `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`
  return headers
}

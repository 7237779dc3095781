// Reads the signature of a request from its `Authorization` header or its query.
import type { SignedRequest } from "../../definition/signed-request.ts"
import { BoundedMap } from "../../foundation/bounded-map.ts"
import { parseIsoBasic } from "./iso-basic.ts"
import { algorithm, queryPairs, type Scope } from "./signing.ts"

export type Presented = Scope & {
  accessKeyId: string
  terminator: string
  signedHeaders: string[]
  /** 32 bytes. */
  signature: Buffer
  /** `20261122T210000Z` */
  signedAt: string
  sessionToken?: string
  /** Only in a presigned URL. */
  expiresSeconds?: number
  /** Only in a presigned URL: the declared hash of the body. */
  payloadHash?: string
}

/** Why a signature cannot be checked, as AWS reports it. */
export type Incomplete = { incomplete: string }

/** Reads the signature of a request; `undefined` when it is not signed. */
export function readSignature(request: SignedRequest): Presented | Incomplete | undefined {
  return readHeaderSignature(request) ?? readQuerySignature(request)
}

/** The region that a request is signed for; `undefined` without a complete signature. */
export function signedRegion(request: SignedRequest): string | undefined {
  const found = readSignature(request)
  return found && "region" in found ? found.region : undefined
}

const signatureForm = /^[0-9a-f]{64}$/

/** What does not change in the headers of a signer during a day, by the text before the signature. */
type SignerFields = Omit<Presented, "signature" | "signedAt" | "sessionToken">
const knownSigners = new BoundedMap<SignerFields>(100)
const SIGNATURE_FIELD = ",Signature="

/** Reads the `Authorization` header; `undefined` when there is none. */
function readHeaderSignature(request: SignedRequest): Presented | Incomplete | undefined {
  const authorization = single(request, "authorization")
  if (authorization === undefined) return undefined
  // A function signs thousands of posts in a row, and to read all fields takes longer than to compute the signature.
  const end = authorization.lastIndexOf("Signature=") + "Signature=".length
  const signer = authorization.slice(0, end)
  const hex = authorization.slice(end)
  // Otherwise other fields follow, which would count.
  const endsWithSignature = signatureForm.test(hex)
  const known = endsWithSignature ? knownSigners.get(signer) : undefined
  const token = single(request, "x-amz-security-token")
  const signedAt = single(request, "x-amz-date") ?? ""
  if (known && !Number.isNaN(parseIsoBasic(signedAt))) {
    const signature = Buffer.from(hex, "hex")
    return { ...known, signature, signedAt, ...(token !== undefined && { sessionToken: token }) }
  }
  const read = readFields(authorization, { signedAt, token })
  if ("accessKeyId" in read && endsWithSignature && signer.replaceAll(" ", "").endsWith(SIGNATURE_FIELD)) {
    const { accessKeyId, date, region, service, terminator, signedHeaders } = read
    knownSigners.set(signer, { accessKeyId, date, region, service, terminator, signedHeaders })
  }
  return read
}

function readFields(
  authorization: string,
  { signedAt, token }: { signedAt: string; token: string | undefined },
): Presented | Incomplete {
  const fields = new Map<string, string>()
  if (authorization.startsWith(`${algorithm} `)) {
    for (const field of authorization.slice(algorithm.length + 1).split(",")) {
      const at = field.indexOf("=")
      fields.set(field.slice(0, at).trim(), field.slice(at + 1).trim())
    }
  }
  const missing = ["Credential", "Signature", "SignedHeaders"]
    .filter((name) => !fields.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`)
  if (Number.isNaN(parseIsoBasic(signedAt))) {
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
  }
  if (missing.length > 0) return { incomplete: missing.join(" ") }
  return present((name) => fields.get(name), { signedAt, ...(token !== undefined && { sessionToken: token }) })
}

// AWS: a presigned URL is valid for seven days at most (permissions-presigned-expiry)
const maxExpiresSeconds = 7 * 24 * 60 * 60

/** Reads the query of a presigned URL; `undefined` when it has no signature. */
export function readQuerySignature(request: SignedRequest): Presented | Incomplete | undefined {
  if (!request.query.includes("X-Amz-")) return undefined
  const query = new Map(queryPairs(request.query))
  if (query.get("X-Amz-Algorithm") === undefined && query.get("X-Amz-Signature") === undefined) return undefined
  if (query.get("X-Amz-Algorithm") !== algorithm) return { incomplete: `X-Amz-Algorithm only supports "${algorithm}"` }
  const missing = ["Credential", "Signature", "SignedHeaders", "Date"]
    .filter((name) => !query.get(`X-Amz-${name}`))
    .map((name) => `AWS query-string parameters must include 'X-Amz-${name}'.`)
  if (missing.length > 0) return { incomplete: missing.join(" ") }
  const signedAt = query.get("X-Amz-Date") ?? ""
  if (Number.isNaN(parseIsoBasic(signedAt)))
    return { incomplete: "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"" }
  const expiresSeconds = Number(query.get("X-Amz-Expires") ?? 300)
  if (!(expiresSeconds >= 0 && expiresSeconds <= maxExpiresSeconds)) {
    return {
      incomplete:
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    }
  }
  const token = query.get("X-Amz-Security-Token")
  const payloadHash = query.get("X-Amz-Content-Sha256")
  return present((name) => query.get(`X-Amz-${name}`), {
    signedAt,
    expiresSeconds,
    ...(token !== undefined && { sessionToken: token }),
    ...(payloadHash !== undefined && { payloadHash }),
  })
}

function present(
  field: (name: string) => string | undefined,
  more: Pick<Presented, "signedAt" | "sessionToken" | "expiresSeconds" | "payloadHash">,
): Presented | Incomplete {
  const credential = field("Credential") ?? ""
  const [accessKeyId, date, region, service, terminator, ...rest] = credential.split("/")
  if (!accessKeyId || !date || !region || !service || !terminator || rest.length > 0) {
    return {
      incomplete: `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    }
  }
  const signature = field("Signature") ?? ""
  if (!signatureForm.test(signature)) return { incomplete: "Signature must be 64 lower-case hexadecimal characters." }
  const signedHeaders = (field("SignedHeaders") ?? "").split(";")
  // HTTP/2 has the host in `:authority`.
  if (!signedHeaders.includes("host") && !signedHeaders.includes(":authority"))
    return { incomplete: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization." }
  return {
    accessKeyId,
    date,
    region,
    service,
    terminator,
    signedHeaders,
    signature: Buffer.from(signature, "hex"),
    ...more,
  }
}

function single(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

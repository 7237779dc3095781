// Verifies the Signature Version 4 of a request, in its header or in a presigned URL.
import { timingSafeEqual } from "node:crypto"
import type { SignedRequest } from "../../definition/signed-request.ts"
import type { IssuedCredentials, Principal } from "../credentials.ts"
import { isPresignedByVersion2, verifyPresignedUrl } from "../sigv2/verify-presigned-url.ts"
import { verifyForm } from "../verify-form.ts"
import { isoBasic, parseIsoBasic } from "./iso-basic.ts"
import { type Presented, readSignature } from "./presented-signature.ts"
import { type Rejection, rejections } from "./signature-rejections.ts"
import { canonicalPath, canonicalQuery, emptySha256, sign } from "./signing.ts"

export type SignatureOptions = {
  /** `execute-api`, `s3` */
  service: string
  /** The regions that the request may be signed for. */
  regions: readonly string[]
  /** Milliseconds since the epoch. */
  now: number
  find(accessKeyId: string): IssuedCredentials | undefined
}

export type SignatureOutcome =
  | { outcome: "verified"; principal: Principal }
  | { outcome: "rejected"; errorType: string; message: string; status: 400 | 403 }

/** AWS: the clock of a request may differ by five minutes, for S3 by fifteen (permissions-clock) */
const skewMs = { s3: 15 * 60_000, others: 5 * 60_000 }

export function verifySignature(request: SignedRequest, options: SignatureOptions): SignatureOutcome {
  const isS3 = options.service === "s3"
  if (isS3 && request.formFields) {
    const form = verifyForm(request.formFields, options)
    if ("rejection" in form) return { ...reject(form.rejection), status: form.status }
    return { outcome: "verified", principal: form.credentials.principal }
  }
  if (isS3 && isPresignedByVersion2(request)) {
    const presigned = verifyPresignedUrl(request, options)
    if ("rejection" in presigned) return { ...reject(presigned.rejection), status: presigned.status }
    return { outcome: "verified", principal: presigned.credentials.principal }
  }
  const found = readSignature(request)
  const errors = isS3 ? rejections.s3 : rejections.others
  if (!found) return reject(errors.missing())
  if ("incomplete" in found) return reject(errors.incomplete(found.incomplete))

  const scopeError = scopeProblem(found, options)
  if (scopeError) return reject(errors.scope(scopeError))
  const timeError = timeProblem(found, options.now, isS3 ? skewMs.s3 : skewMs.others)
  if (timeError)
    return reject(found.expiresSeconds === undefined ? errors.skewed(timeError) : errors.expired(timeError))

  const credentials = options.find(found.accessKeyId)
  if (!credentials) return reject(errors.unknownKey())
  if ((credentials.sessionToken ?? "") !== (found.sessionToken ?? "")) return reject(errors.wrongToken())
  if (isS3 && hasUnsignedHeader(request, found)) return reject(errors.unsignedHeader())

  const expected = sign(credentials, found, found.signedAt, {
    method: request.method,
    canonicalPath: canonicalPath(request.path, options.service),
    canonicalQuery: canonicalQuery(request.query),
    signedHeaders: found.signedHeaders,
    headers: request.headers,
    payloadHash: payloadHash(request, found, isS3),
  })
  if (!timingSafeEqual(expected, found.signature)) return reject(errors.mismatch())
  return { outcome: "verified", principal: credentials.principal }
}

function reject({ errorType, message }: Rejection): SignatureOutcome & { outcome: "rejected" } {
  return { outcome: "rejected", errorType, message, status: 403 }
}

function scopeProblem(found: Presented, { service, regions }: SignatureOptions): string | undefined {
  if (!regions.includes(found.region)) return `Credential should be scoped to a valid region, not '${found.region}'. `
  if (found.service !== service) return `Credential should be scoped to correct service: '${service}'. `
  if (found.terminator !== "aws4_request") {
    return `Credential should be scoped with a valid terminator: 'aws4_request', not '${found.terminator}'. `
  }
  const date = found.signedAt.slice(0, 8)
  if (found.date === date) return undefined
  return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${found.date}' != '${date}', from '${found.signedAt}'.`
}

function timeProblem(found: Presented, now: number, allowedMs: number): string | undefined {
  const signedAt = parseIsoBasic(found.signedAt)
  const minutes = allowedMs / 60_000
  if (signedAt - now > allowedMs) {
    return `Signature not yet current: ${found.signedAt} is still later than ${isoBasic(now + allowedMs)} (${isoBasic(now)} + ${minutes} min.)`
  }
  if (found.expiresSeconds !== undefined) {
    const expiresAt = signedAt + found.expiresSeconds * 1000
    return now >= expiresAt
      ? `Signature expired: ${isoBasic(expiresAt)} is now earlier than ${isoBasic(now)}`
      : undefined
  }
  if (now - signedAt <= allowedMs) return undefined
  return `Signature expired: ${found.signedAt} is now earlier than ${isoBasic(now - allowedMs)} (${isoBasic(now)} - ${minutes} min.)`
}

/** AWS: S3 rejects `x-amz-*` headers that the signature does not cover (permissions-s3-signed-headers) */
function hasUnsignedHeader(request: SignedRequest, found: Presented): boolean {
  return Object.keys(request.headers).some((name) => name.startsWith("x-amz-") && !found.signedHeaders.includes(name))
}

function payloadHash(request: SignedRequest, found: Presented, isS3: boolean): string {
  if (!isS3) return request.bodySha256 ?? emptySha256
  // AWS: S3 accepts a body that is unsigned or signed in chunks (`STREAMING-…`), as a signed header says
  // (permissions-s3-payload)
  const declared = request.headers["x-amz-content-sha256"]
  return (
    (typeof declared === "string" ? declared : undefined) ??
    found.payloadHash ??
    request.bodySha256 ??
    "UNSIGNED-PAYLOAD"
  )
}

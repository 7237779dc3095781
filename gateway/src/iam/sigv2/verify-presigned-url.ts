// Verifies presigned URLs of S3 with Signature Version 2, which boto3 and the SDK for JavaScript 2 write by default.
import { createHmac } from "node:crypto"
import type { SignedRequest } from "../../definition/signed-request.ts"
import { equalBytes } from "../../foundation/equal-bytes.ts"
import { type Rejection, rejections } from "../sigv4/signature-rejections.ts"

type Credentials = { secretAccessKey: string; sessionToken?: string | undefined }

export type PresignedUrlOptions<Found extends Credentials> = {
  regions: readonly string[]
  /** Milliseconds since the epoch. */
  now: number
  find(accessKeyId: string): Found | undefined
}

export type PresignedUrlOutcome<Found> = { credentials: Found } | { rejection: Rejection; status: 400 | 403 }

/** AWS: S3 accepts Signature Version 2 in the regions that are older than 2014 (s3-presigned-v2-regions) */
const oldRegions = [
  ...["us-east-1", "us-west-1", "us-west-2", "eu-west-1", "sa-east-1", "us-gov-west-1"],
  ...["ap-northeast-1", "ap-southeast-1", "ap-southeast-2"],
]

export function acceptsVersion2(regions: readonly string[]): boolean {
  return regions.some((region) => oldRegions.includes(region))
}

export function isPresignedByVersion2({ query }: Pick<SignedRequest, "query">): boolean {
  return query.includes("AWSAccessKeyId=") && new URLSearchParams(query).has("AWSAccessKeyId")
}

/** AWS: the signature of a presigned URL is calculated as documented for Signature Version 2 (s3-presigned-v2) */
export function verifyPresignedUrl<Found extends Credentials>(
  request: SignedRequest,
  { regions, now, find }: PresignedUrlOptions<Found>,
): PresignedUrlOutcome<Found> {
  const { s3: errors } = rejections
  if (!acceptsVersion2(regions)) return { rejection: unsupported, status: 400 }
  const query = new URLSearchParams(request.query)
  const [accessKeyId, signature, expires] = ["AWSAccessKeyId", "Signature", "Expires"].map((name) => query.get(name))
  if (!accessKeyId || !signature || !expires) return { rejection: incomplete, status: 403 }
  if (!/^\d{1,12}$/.test(expires)) return { rejection: invalidExpires(expires), status: 403 }
  if (now >= Number(expires) * 1000) return { rejection: errors.expired("Signature expired"), status: 403 }
  const credentials = find(accessKeyId)
  if (!credentials) return { rejection: errors.unknownKey(), status: 403 }
  const token = query.get("x-amz-security-token") ?? request.headers["x-amz-security-token"]
  if ((token ?? "") !== (credentials.sessionToken ?? "")) return { rejection: errors.wrongToken(), status: 403 }
  const expected = createHmac("sha1", credentials.secretAccessKey)
    .update(stringToSign(request, query, expires))
    .digest()
  return equalBytes(Buffer.from(signature, "base64"), expected)
    ? { credentials }
    : { rejection: errors.mismatch(), status: 403 }
}

export const unsupported: Rejection = {
  errorType: "InvalidRequest",
  message: "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
}

const incomplete: Rejection = {
  errorType: "AccessDenied",
  message: "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
}

function invalidExpires(expires: string): Rejection {
  return { errorType: "AccessDenied", message: `Invalid date (should be seconds since epoch): ${expires}` }
}

function stringToSign(request: SignedRequest, query: URLSearchParams, expires: string): string {
  const value = (name: string) => headerOf(request, name) ?? queryValue(query, name) ?? ""
  const signed = [request.method, value("content-md5"), value("content-type"), expires]
  return `${signed.join("\n")}\n${amzHeaders(request, query)}${resourceOf(request, query)}`
}

/** The query of a presigned URL can have what is a header otherwise. */
function amzHeaders(request: SignedRequest, query: URLSearchParams): string {
  const values = new Map<string, string>()
  for (const [name, value] of query) if (isAmz(name)) values.set(name.toLowerCase(), value)
  for (const name of Object.keys(request.headers)) if (isAmz(name)) values.set(name, headerOf(request, name) ?? "")
  const sorted = [...values].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return sorted.map(([name, value]) => `${name}:${value.trim()}\n`).join("")
}

/** The parameters that select what of an object is meant, or how it is returned. The others are not signed. */
const signedParameters = new Set([
  ...["accelerate", "acl", "cors", "delete", "lifecycle", "location", "logging", "notification", "partNumber"],
  ...["policy", "replication", "requestPayment", "restore", "tagging", "torrent", "uploadId", "uploads"],
  ...["versionId", "versioning", "versions", "website", "response-cache-control", "response-content-disposition"],
  ...["response-content-encoding", "response-content-language", "response-content-type", "response-expires"],
])

function resourceOf({ path, bucketPath = path }: SignedRequest, query: URLSearchParams): string {
  const parameters = [...query].filter(([name]) => signedParameters.has(name))
  const sorted = parameters.toSorted(([one], [other]) => (one < other ? -1 : 1))
  const texts = sorted.map(([name, value]) => (value === "" ? name : `${name}=${value}`))
  return texts.length === 0 ? bucketPath : `${bucketPath}?${texts.join("&")}`
}

function isAmz(name: string): boolean {
  return name.toLowerCase().startsWith("x-amz-")
}

function headerOf({ headers }: SignedRequest, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(",") : value
}

function queryValue(query: URLSearchParams, name: string): string | undefined {
  return [...query].find(([key]) => key.toLowerCase() === name)?.[1]
}

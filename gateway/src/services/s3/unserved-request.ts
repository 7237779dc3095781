// Rejects the requests that S3 does not define or that the stand-in does not serve. Without it, the stand-in would take
// the subresource of an object for the object, and its own administrative paths for buckets.
import type { S3Request } from "./request.ts"

export type S3Error = {
  status: number
  code: string
  message: string
  /** Further elements of the response. */
  details?: Readonly<Record<string, number>>
}

const methods = ["GET", "HEAD", "PUT", "POST", "DELETE"]

// AWS: 3 to 63 lower-case letters, digits, dots and hyphens (s3-bucket-name)
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** What S3 defines as query parameters that select another operation, and the stand-in does not serve. */
const unservedSubresources = [
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "location",
  "logging",
  "metadataConfiguration",
  "metadataTable",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "renameObject",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "session",
  "tagging",
  "torrent",
  "versioning",
  "versionId",
  "versions",
  "website",
]

const methodNotAllowed: S3Error = {
  status: 405,
  code: "MethodNotAllowed",
  message: "The specified method is not allowed against this resource.",
}
const invalidBucketName: S3Error = {
  status: 400,
  code: "InvalidBucketName",
  message: "The specified bucket is not valid.",
}
const notImplemented: S3Error = {
  status: 501,
  code: "NotImplemented",
  message: "A header that you provided implies functionality that is not implemented.",
}

/** @param header reads a header of the request by its lower-case name */
export function unservedRequest(
  { method, bucket, key, query }: S3Request,
  header: (name: string) => string | undefined,
): S3Error | undefined {
  if (!methods.includes(method)) return methodNotAllowed
  if (bucket === undefined) return method === "GET" && key === "" ? undefined : methodNotAllowed
  if (!bucketName.test(bucket)) return invalidBucketName
  if (unservedSubresources.some((name) => query.has(name))) return notImplemented
  const isForm = header("content-type")?.startsWith("multipart/form-data") ?? false
  if (method === "POST") {
    if (key === "") return isForm || query.has("delete") ? undefined : methodNotAllowed
    return query.has("uploads") || query.has("uploadId") ? undefined : methodNotAllowed
  }
  // Lists of uploads and of parts.
  return query.has("uploads") || (query.has("uploadId") && method === "GET") ? notImplemented : undefined
}

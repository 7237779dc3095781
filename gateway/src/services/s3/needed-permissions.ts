// Lists the permissions that a request to S3 needs, except for what its body names (DeleteObjects, form uploads).
// AWS: the required permissions of each operation are documented (s3-permissions-actions)
import type { NeededPermission, RequestContext } from "../../definition/permission.ts"
import { decodePercent } from "../../foundation/request-target.ts"
import type { S3Request } from "./request.ts"
import { requestContext } from "./request-context.ts"

type Header = (name: string) => string | undefined

export function neededPermissions(request: S3Request, header: Header): NeededPermission[] {
  const context = requestContext(request, header)
  const { bucket, key } = request
  if (bucket === undefined) return [needs("ListAllMyBuckets", "*", context)]
  if (key === "") return bucketAction(request).map((action) => needs(action, bucket, context))
  const object = `${bucket}/${key}`
  const own = objectActions(request, header).map((action) => needs(action, object, context))
  const source = header("x-amz-copy-source") ?? header("x-amz-rename-source")
  return request.method === "PUT" && source !== undefined
    ? [...sourcePermissions(request, source, context), ...own]
    : own
}

/** Of one key of DeleteObjects. */
export function deletePermission(
  bucket: string,
  { key, versionId }: { key: string; versionId?: string | undefined },
): NeededPermission {
  return needs(versionId === undefined ? "DeleteObject" : "DeleteObjectVersion", `${bucket}/${key}`, {
    "s3:VersionId": versionId,
  })
}

function needs(action: string, resource: string, context: RequestContext): NeededPermission {
  return { action: `s3:${action}`, resource, context }
}

/** The names of permissions on the configuration of a bucket, by the query parameter that selects it. */
const bucketConfigurations: Readonly<Record<string, string>> = {
  accelerate: "AccelerateConfiguration",
  acl: "BucketAcl",
  analytics: "AnalyticsConfiguration",
  cors: "BucketCORS",
  encryption: "EncryptionConfiguration",
  "intelligent-tiering": "IntelligentTieringConfiguration",
  inventory: "InventoryConfiguration",
  lifecycle: "LifecycleConfiguration",
  location: "BucketLocation",
  logging: "BucketLogging",
  metrics: "MetricsConfiguration",
  notification: "BucketNotification",
  "object-lock": "BucketObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  policyStatus: "BucketPolicyStatus",
  publicAccessBlock: "BucketPublicAccessBlock",
  replication: "ReplicationConfiguration",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
}

function bucketAction({ method, query }: S3Request): string[] {
  const configuration = Object.entries(bucketConfigurations).find(([parameter]) => query.has(parameter))?.[1]
  if (configuration !== undefined) {
    if (method === "GET") return [`Get${configuration}`]
    // Only these two have a permission of their own to delete them.
    const deletes = method === "DELETE" && /^Bucket(Policy|Website)$/.test(configuration)
    return [`${deletes ? "Delete" : "Put"}${configuration}`]
  }
  switch (method) {
    case "PUT":
      return ["CreateBucket"]
    case "DELETE":
      return ["DeleteBucket"]
    case "POST":
      // What the body names is asked for one by one.
      return []
    default:
      if (query.has("versions")) return ["ListBucketVersions"]
      return [query.has("uploads") ? "ListBucketMultipartUploads" : "ListBucket"]
  }
}

function objectActions(request: S3Request, header: Header): string[] {
  const { method, query } = request
  const version = query.has("versionId") ? "Version" : ""
  for (const [parameter, name] of [
    ["tagging", "Tagging"],
    ["acl", "Acl"],
  ] as const) {
    if (query.has(parameter)) return [`${verbs[method] ?? "Put"}Object${version}${name}`]
  }
  if (query.has("retention")) return [`${verbs[method] ?? "Put"}ObjectRetention`]
  if (query.has("legal-hold")) return [`${verbs[method] ?? "Put"}ObjectLegalHold`]
  // The stand-in, too, reads an empty id as none.
  const hasUpload = Boolean(query.get("uploadId"))
  switch (method) {
    case "PUT":
      return hasUpload ? ["PutObject"] : writeActions(header)
    case "DELETE":
      if (hasUpload) return ["AbortMultipartUpload"]
      return [
        `DeleteObject${version}`,
        ...(header("x-amz-bypass-governance-retention") ? ["BypassGovernanceRetention"] : []),
      ]
    case "POST":
      if (query.has("restore")) return ["RestoreObject"]
      if (query.has("select")) return ["GetObject"]
      return hasUpload ? ["PutObject"] : writeActions(header)
    default:
      if (hasUpload) return ["ListMultipartUploadParts"]
      if (query.has("attributes")) return [`GetObject${version}`, `GetObject${version}Attributes`]
      return [query.has("torrent") ? "GetObjectTorrent" : `GetObject${version}`]
  }
}

const verbs: Readonly<Record<string, string>> = { GET: "Get", HEAD: "Get", DELETE: "Delete" }

/** AWS: tags, ACLs and locks that are given with an object need their own permissions (s3-permissions-put) */
function writeActions(header: Header): string[] {
  const isGiven = (...names: string[]) => names.some((name) => header(name) !== undefined)
  const grants = ["full-control", "read", "read-acp", "write-acp"].map((name) => `x-amz-grant-${name}`)
  return [
    "PutObject",
    ...(isGiven("x-amz-tagging") ? ["PutObjectTagging"] : []),
    ...(isGiven("x-amz-acl", ...grants) ? ["PutObjectAcl"] : []),
    ...(isGiven("x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date") ? ["PutObjectRetention"] : []),
    ...(isGiven("x-amz-object-lock-legal-hold") ? ["PutObjectLegalHold"] : []),
  ]
}

/** AWS: copying needs the permission to read the source (s3-permissions-copy) */
function sourcePermissions(request: S3Request, source: string, context: RequestContext): NeededPermission[] {
  const [path = "", search = ""] = source.split("?")
  const decoded = (decodePercent(path) ?? path).replace(/^\//, "")
  const versionId = new URLSearchParams(search).get("versionId") ?? undefined
  // A rename names a key of the same bucket, and removes it.
  if (request.query.has("renameObject")) {
    const object = `${request.bucket}/${decoded}`
    return [needs("GetObject", object, context), needs("DeleteObject", object, context)]
  }
  const read = versionId === undefined ? "GetObject" : "GetObjectVersion"
  return [needs(read, decoded, { ...context, "s3:VersionId": versionId })]
}

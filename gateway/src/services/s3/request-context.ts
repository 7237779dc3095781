// The condition keys of S3 for a request.
// AWS: the keys and their values are documented (s3-condition-keys)
import type { RequestContext } from "../../definition/permission.ts"
import type { S3Request } from "./request.ts"

const headerKeys = [
  "x-amz-acl",
  "x-amz-content-sha256",
  "x-amz-copy-source",
  "x-amz-grant-full-control",
  "x-amz-grant-read",
  "x-amz-grant-read-acp",
  "x-amz-grant-write",
  "x-amz-grant-write-acp",
  "x-amz-metadata-directive",
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-customer-algorithm",
  "x-amz-storage-class",
]

export function requestContext({ query }: S3Request, header: (name: string) => string | undefined): RequestContext {
  const parameter = (name: string) => () => query.get(name) ?? undefined
  const tags = () => [...new URLSearchParams(header("x-amz-tagging") ?? "").keys()]
  const context: Record<string, RequestContext[string]> = {
    "s3:authType": () => (query.has("X-Amz-Signature") ? "REST-QUERY-STRING" : "REST-HEADER"),
    "s3:delimiter": parameter("delimiter"),
    "s3:max-keys": parameter("max-keys"),
    "s3:prefix": parameter("prefix"),
    "s3:RequestObjectTagKeys": () => (tags().length > 0 ? tags() : undefined),
    "s3:signatureversion": "AWS4-HMAC-SHA256",
    // Differs: local traffic is not encrypted, and counts as if it was (permissions-condition-keys)
    "s3:TlsVersion": "1.3",
    "s3:VersionId": parameter("versionId"),
  }
  for (const name of headerKeys) context[`s3:${name}`] = () => header(name)
  return context
}

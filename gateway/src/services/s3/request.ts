// Parses HTTP requests to S3: the bucket, the key, and the change of the object if the request succeeds.
import { decodePercent, splitTarget } from "../../foundation/request-target.ts"

export type S3Request = {
  method: string
  /** Undefined for requests without a bucket (ListBuckets). */
  bucket: string | undefined
  /** Decoded; empty for requests to the bucket itself. */
  key: string
  /** In path style, percent-encoded as it was sent. */
  path: string
  query: URLSearchParams
  /** As it was sent, with its question mark; empty when there is none. */
  search: string
}

export type ObjectChange = "Put" | "Copy" | "Post" | "CompleteMultipartUpload" | "Delete" | "DeleteMany"

/**
 * @param url the request's target
 * @param host its Host header: `bucket.s3.region.amazonaws.com` is virtual-hosted style
 * @returns undefined when the target cannot be decoded
 */
export function readS3Request(method: string, url: string, host: string): S3Request | undefined {
  const { path: target, query: search } = splitTarget(url)
  const virtual = /^(.+)\.s3[.-][a-z0-9.-]*amazonaws\.com(\.cn)?(:\d+)?$/i.exec(host)?.[1]
  const path = virtual === undefined ? target : `/${virtual}${target}`
  const query = new URLSearchParams(search)
  const slash = path.indexOf("/", 1)
  const bucket = decodePercent(path.slice(1, slash === -1 ? undefined : slash))
  const key = slash === -1 ? "" : decodePercent(path.slice(slash + 1))
  if (bucket === undefined || key === undefined) return undefined
  return { method, bucket: bucket || undefined, key, path, query, search: search && `?${search}` }
}

const objectSubresources = ["acl", "tagging", "retention", "legal-hold", "restore", "select", "attributes"]

/** @param header reads a header of the request by its lower-case name */
export function changeOf(request: S3Request, header: (name: string) => string | undefined): ObjectChange | undefined {
  const { method, bucket, key, query } = request
  if (bucket === undefined || objectSubresources.some((name) => query.has(name))) return undefined
  if (method === "PUT" && key && !query.has("partNumber")) return header("x-amz-copy-source") ? "Copy" : "Put"
  if (method === "DELETE" && key && !query.has("uploadId")) return "Delete"
  if (method !== "POST") return undefined
  if (key) return query.has("uploadId") ? "CompleteMultipartUpload" : undefined
  if (query.has("delete")) return "DeleteMany"
  return header("content-type")?.startsWith("multipart/form-data") ? "Post" : undefined
}

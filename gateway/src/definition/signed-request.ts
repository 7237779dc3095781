// The parts of an HTTP request that its signature covers.

export type SignedRequest = {
  method: string
  /** As on the wire: percent-encoded, without the query. */
  path: string
  /** As on the wire, without the question mark. */
  query: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** S3: the path with the bucket, also when the host names the bucket. Absent: the same as `path`. */
  bucketPath?: string
  /** S3: the fields of an upload form, with names in lower case. They have its signature, which is one of its policy. */
  formFields?: ReadonlyMap<string, string>
  /** SHA-256 of the body in hex. Absent: there is no body, or (S3) it is still being received. */
  bodySha256?: string
}

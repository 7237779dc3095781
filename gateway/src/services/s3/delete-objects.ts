// Authorizes DeleteObjects key by key: the stand-in receives the allowed keys, and the result has an error for each other.
// AWS: the result has an error for each key that may not be deleted (s3-delete-objects-denied)
import type { IncomingMessage } from "node:http"
import type { DataCaller } from "../../definition/permission.ts"
import { readBody } from "../../foundation/read-body.ts"
import { deletePermission } from "./needed-permissions.ts"
import type { S3Error } from "./unserved-request.ts"
import { decodeXml, encodeXml } from "./xml.ts"

// AWS: a request names at most 1,000 keys (s3-delete-objects-count)
const MAX_KEYS = 1000
// Each key has at most 1,024 bytes; this leaves room for escaped characters and version ids.
// AWS?: a larger body is rejected with this error (s3-delete-objects-size)
const MAX_DELETION_BYTES = 8 * 1024 * 1024

const tooManyBytes: S3Error = {
  status: 400,
  code: "MaxMessageLengthExceeded",
  message: "Your request was too large.",
}

const malformed: S3Error = {
  status: 400,
  code: "MalformedXML",
  message: "The XML you provided was not well-formed or did not validate against our published schema",
}

/** @returns the body, or why it is rejected */
export async function readDeletion(incoming: IncomingMessage): Promise<Buffer | S3Error> {
  const { body } = await readBody(incoming, MAX_DELETION_BYTES)
  if (body === undefined) return tooManyBytes
  return body.toString("latin1").split(/<Key[\s>]/).length - 1 > MAX_KEYS ? malformed : body
}

export type AuthorizedDeletion = {
  /** The request for the allowed keys. */
  body: Buffer
  /** The elements of the result for the other keys; empty when every key is allowed. */
  errors: string
}

export function authorizeDeletion(caller: DataCaller, bucket: string, body: Buffer): AuthorizedDeletion {
  const xml = body.toString()
  const isQuiet = /<Quiet>\s*true\s*<\/Quiet>/i.test(xml)
  const allowed: string[] = []
  let errors = ""
  // Split instead of matched, which takes linear time for any body.
  for (const part of xml.split(/<Object[\s>]/).slice(1)) {
    const [object = ""] = part.split("</Object>", 1)
    const key = elementIn(object, "Key") ?? ""
    const versionId = elementIn(object, "VersionId")
    const version = versionId === undefined ? "" : `<VersionId>${encodeXml(versionId)}</VersionId>`
    const element = `<Key>${encodeXml(key)}</Key>${version}`
    const permission = caller.may(deletePermission(bucket, { key, versionId }))
    if (permission.allowed) allowed.push(`<Object>${element}</Object>`)
    else
      errors += `<Error>${element}<Code>AccessDenied</Code><Message>${encodeXml(permission.message)}</Message></Error>`
  }
  const quiet = isQuiet ? "<Quiet>true</Quiet>" : ""
  return { body: Buffer.from(`<Delete>${quiet}${allowed.join("")}</Delete>`), errors }
}

/** Adds the errors to the result of the stand-in. */
export function withErrors(result: string, errors: string): string {
  return result.replace("</DeleteResult>", () => `${errors}</DeleteResult>`)
}

function elementIn(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return text === undefined ? undefined : decodeXml(text)
}

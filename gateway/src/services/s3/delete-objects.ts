// Authorizes DeleteObjects key by key: the stand-in receives the allowed keys, and the result has an error for each other.
// AWS: the result has an error for each key that may not be deleted (s3-delete-objects-denied)
import type { IncomingMessage } from "node:http"
import type { DataCaller } from "../../definition/permission.ts"
import { readBody } from "../../foundation/read-body.ts"
import { deletePermission } from "./needed-permissions.ts"
import type { S3Error } from "./unserved-request.ts"
import { decodeXml, encodeXml } from "./xml.ts"

// A request names at most 1,000 keys of 1,024 bytes each; this leaves room for escaped characters and version ids.
// AWS?: a larger body is rejected with this error (s3-delete-objects-size)
const MAX_DELETION_BYTES = 8 * 1024 * 1024

export const tooManyKeys: S3Error = {
  status: 400,
  code: "MaxMessageLengthExceeded",
  message: "Your request was too large.",
}

export async function readDeletion(incoming: IncomingMessage): Promise<Buffer | "too large"> {
  const { body } = await readBody(incoming, MAX_DELETION_BYTES)
  return body ?? "too large"
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

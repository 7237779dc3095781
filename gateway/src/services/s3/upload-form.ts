// Reads the beginning of a form upload to S3: the fields before the file, which name the key. The file is not kept in memory.
import type { IncomingMessage } from "node:http"
import type { S3Error } from "./unserved-request.ts"

export type UploadForm = FormFields & {
  /** What was received so far, from the beginning. */
  head: Buffer
}

export type FormFields = {
  /** Undefined when the form names none, which the service rejects. */
  key: string | undefined
  /** Those before the file, in their order, with names in lower case. */
  fields: readonly (readonly [name: string, value: string])[]
  /** Where the part with the file begins. */
  fieldsBytes: number
  /** Where the content of the file begins. Undefined: there is no file, or only a part of its headers was received. */
  fileStart: number | undefined
  /** What begins and ends each part. */
  delimiter: Buffer
}

/** AWS: everything but the file has at most 20 KB (s3-form-size) */
const MAX_FIELDS_BYTES = 20 * 1024
/** Of the form, so that its fields and the headers of its file are in it. */
const HEAD_BYTES = MAX_FIELDS_BYTES + 4096

export const tooLargeFields: S3Error = {
  status: 400,
  code: "MaxPostPreDataLengthExceededError",
  message: "Your POST request fields preceding the upload file were too large.",
}

export async function readUploadForm(incoming: IncomingMessage): Promise<UploadForm | "too large"> {
  const chunks: Buffer[] = []
  let bytes = 0
  // The rest is read by the request that forwards it.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= HEAD_BYTES) break
  }
  const head = Buffer.concat(chunks)
  const form = readFields(head, incoming.headers["content-type"])
  return form.fieldsBytes > MAX_FIELDS_BYTES ? "too large" : { ...form, head }
}

/**
 * As the stand-in reads them, or a form could name one key here and another one there: of two keys the last one counts, and
 * what follows the file does not.
 * AWS: `${filename}` in the key of a form is the name of the uploaded file (s3-form-key)
 */
export function readFields(head: Buffer, contentType = ""): FormFields {
  const [, boundary] = /boundary=([^\s;]+)/i.exec(contentType) ?? []
  const delimiter = Buffer.from(`--${boundary}`)
  const fields: [name: string, value: string][] = []
  let key: string | undefined
  let start = boundary === undefined ? -1 : head.indexOf(delimiter)
  while (start !== -1) {
    const next = head.indexOf(delimiter, start + delimiter.length)
    const part = readPart(head.subarray(start + delimiter.length, next === -1 ? undefined : next))
    if (part?.isFile) {
      const { fileName } = part
      const withName = fields.map(([name, value]) => [name, name === "key" ? expand(value, fileName) : value] as const)
      const fileStart = start + delimiter.length + part.valueStart
      return { key: keyWith(key, fileName), fields: withName, fieldsBytes: start, fileStart, delimiter }
    }
    if (part && next !== -1) {
      fields.push([part.name.toLowerCase(), part.value])
      if (part.name === "key") key = part.value
    }
    start = next
  }
  const fieldsBytes = boundary === undefined ? 0 : head.length
  return { key: keyWith(key, ""), fields, fieldsBytes, fileStart: undefined, delimiter }
}

function keyWith(key: string | undefined, fileName: string): string | undefined {
  return key === "" || key === undefined ? undefined : expand(key, fileName)
}

function expand(key: string, fileName: string): string {
  return key.replaceAll(/\$\{filename\}/g, () => fileName)
}

type FormPart = { name: string; value: string; valueStart: number; isFile: boolean; fileName: string }

/** @returns undefined for what is not a part, such as the end of the form, or whose headers are not complete */
function readPart(bytes: Buffer): FormPart | undefined {
  const headersStart = bytes.indexOf("\r\n")
  const headersEnd = headersStart === -1 ? -1 : bytes.indexOf("\r\n\r\n", headersStart + 2)
  if (headersEnd === -1) return undefined
  const headers = bytes.subarray(headersStart, headersEnd).toString()
  const [found, name = "", fileName] =
    /Content-Disposition:\s*form-data;\s*name="([^"]+)"(?:;\s*filename="([^"]*)")?/i.exec(headers) ?? []
  if (found === undefined) return undefined
  const isFile = fileName !== undefined || name === "file"
  const valueStart = headersEnd + 4
  const value = isFile ? "" : bytes.subarray(valueStart).toString().replace(/\r\n$/, "")
  return { name, value, valueStart, isFile, fileName: fileName?.split(/[/\\]/).at(-1) ?? "" }
}

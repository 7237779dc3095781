// Reads the beginning of a form upload to S3: the fields before the file, which name the key. The file is not kept in memory.
import type { IncomingMessage } from "node:http"
import type { S3Error } from "./unserved-request.ts"

export type UploadForm = {
  /** Undefined when the form names none, which the service rejects. */
  key: string | undefined
  /** What was received so far, from the beginning. */
  head: Buffer
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
  const { key, fieldsBytes } = readFields(head, incoming.headers["content-type"])
  return fieldsBytes > MAX_FIELDS_BYTES ? "too large" : { key, head }
}

/**
 * As the stand-in reads them, or a form could name one key here and another one there: of two keys the last one counts, and
 * what follows the file does not.
 * AWS: `${filename}` in the key of a form is the name of the uploaded file (s3-form-key)
 */
export function readFields(
  head: Buffer,
  contentType = "",
): { key: string | undefined /** Up to the content of the file. */; fieldsBytes: number } {
  const [, boundary] = /boundary=([^\s;]+)/i.exec(contentType) ?? []
  if (boundary === undefined) return { key: undefined, fieldsBytes: 0 }
  const delimiter = Buffer.from(`--${boundary}`)
  let key: string | undefined
  let start = head.indexOf(delimiter)
  while (start !== -1) {
    const next = head.indexOf(delimiter, start + delimiter.length)
    const part = readPart(head.subarray(start + delimiter.length, next === -1 ? undefined : next))
    if (part?.isFile) return { key: withFileName(key, part.fileName), fieldsBytes: start }
    if (part?.name === "key" && next !== -1) key = part.value
    start = next
  }
  return { key: withFileName(key, ""), fieldsBytes: head.length }
}

function withFileName(key: string | undefined, fileName: string): string | undefined {
  return key === "" ? undefined : key?.replaceAll(/\$\{filename\}/g, () => fileName)
}

type FormPart = { name: string; value: string; isFile: boolean; fileName: string }

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
  const value = isFile
    ? ""
    : bytes
        .subarray(headersEnd + 4)
        .toString()
        .replace(/\r\n$/, "")
  return { name, value, isFile, fileName: fileName?.split(/[/\\]/).at(-1) ?? "" }
}

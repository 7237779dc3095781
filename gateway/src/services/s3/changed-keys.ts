// Finds the keys that a request to S3 changes: in its path, or in its body for a form and a deletion of several objects.
import type { ObjectChange, S3Request } from "./request.ts"
import { decodeXml } from "./xml.ts"

/** @param body needed for `DeleteMany` and `Post` only */
export function changedKeys(request: S3Request, change: ObjectChange, body: Buffer | undefined): string[] {
  if (change === "DeleteMany") return keysOfDeleteRequest(body?.toString() ?? "")
  if (change === "Post") return keyOfForm(body?.toString("latin1") ?? "")
  return [request.key]
}

function keysOfDeleteRequest(xml: string): string[] {
  return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => decodeXml(key))
}

// AWS: `${filename}` in the key of a form is the name of the uploaded file (s3-form-key)
function keyOfForm(form: string): string[] {
  const key = valueOfKey(form)
  if (key === undefined) return []
  const fileName = /name="file"; filename="([^"]*)"/i.exec(form)?.[1] ?? ""
  const utf8 = (text: string) => Buffer.from(text, "latin1").toString()
  return [utf8(key.replace(/\$\{filename\}/g, () => fileName))]
}

/** The value follows the headers of its part and an empty line. Searched without an expression, in linear time. */
function valueOfKey(form: string): string | undefined {
  const header = form.search(/name="key"\r\n/i)
  const headersEnd = header === -1 ? -1 : form.indexOf("\r\n\r\n", header)
  const start = headersEnd + 4
  const end = headersEnd === -1 ? -1 : form.indexOf("\r\n", start)
  return end === -1 ? undefined : form.slice(start, end)
}

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
  const key = /name="key"\r\n(?:[^\r]+\r\n)*\r\n([^\r]*)\r\n/i.exec(form)?.[1]
  if (key === undefined) return []
  const fileName = /name="file"; filename="([^"]*)"/i.exec(form)?.[1] ?? ""
  const utf8 = (text: string) => Buffer.from(text, "latin1").toString()
  return [utf8(key.replace(/\$\{filename\}/g, () => fileName))]
}

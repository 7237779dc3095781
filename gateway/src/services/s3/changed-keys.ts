// Finds the keys that a request to S3 changes: in its path, or in its body for a form and a deletion of several objects.
import type { ObjectChange, S3Request } from "./request.ts"
import { decodeXml } from "./xml.ts"

/** What was read of a body that names keys. */
export type NamedKeys = {
  /** The body of `DeleteMany`. */
  deletion?: Buffer | undefined
  /** Of `Post`. */
  formKey?: string | undefined
}

export function changedKeys(request: S3Request, change: ObjectChange, { deletion, formKey }: NamedKeys): string[] {
  if (change === "DeleteMany") return keysOfDeleteRequest(deletion?.toString() ?? "")
  if (change === "Post") return formKey === undefined ? [] : [formKey]
  return [request.key]
}

function keysOfDeleteRequest(xml: string): string[] {
  return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => decodeXml(key))
}

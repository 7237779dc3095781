// The object key of a document's file. The file's name comes from the client, so it is never part of the key.
const prefix = "uploads/"

export function uploadKey(documentId: string): string {
  return prefix + documentId
}

/** The document that an object belongs to; undefined for an object that is not an upload. */
export function documentIdOf(key: string): string | undefined {
  const documentId = key.startsWith(prefix) ? key.slice(prefix.length) : ""
  return documentId && !documentId.includes("/") ? documentId : undefined
}

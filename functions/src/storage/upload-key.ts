// Where a document's file lies in the bucket. The name of the file is data, and never part of the key.
const prefix = "uploads/"

export function uploadKey(documentId: string): string {
  return prefix + documentId
}

/** The document that an object belongs to; undefined for an object that is no upload. */
export function documentIdOf(key: string): string | undefined {
  const documentId = key.startsWith(prefix) ? key.slice(prefix.length) : ""
  return documentId && !documentId.includes("/") ? documentId : undefined
}

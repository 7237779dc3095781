// The object key of a document's thumbnail. It has the prefix of the texts, so it is deleted and expires with them.

export function thumbnailKey(documentId: string): string {
  return `texts/${documentId}/thumbnail`
}

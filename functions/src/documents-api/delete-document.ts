// DELETE /documents/{documentId}: the file, its insights and its watchers are gone.
import { type Answer, type DocumentsApiDependencies, documentNotFound } from "./answer.ts"

export async function deleteDocument(
  documentId: string,
  { documents, watchers, uploads, logger }: DocumentsApiDependencies,
): Promise<Answer> {
  if (!(await documents.find(documentId))) return documentNotFound()
  await uploads.remove(documentId)
  await watchers.forgetDocument(documentId)
  // The row goes last: until then a deletion that failed half-way can be asked for again.
  await documents.remove(documentId)
  logger.info("document deleted")
  return { statusCode: 204 }
}

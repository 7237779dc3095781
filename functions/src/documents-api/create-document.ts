// POST /documents: creates a document and returns a presigned upload for it.
import { randomUUID } from "node:crypto"
import {
  type CreateDocumentResponse,
  contentTypeOf,
  createDocumentRequestSchema,
  imageTypes,
  readableTypes,
} from "@document-insight/protocol"
import * as v from "valibot"
import type { Session } from "../session.ts"
import { scheduleUploadDeadline } from "../storage/upload-deadline.ts"
import { parseJson } from "./parse-json.ts"
import type { DocumentsApiDependencies, ProblemResult, RouteResult } from "./route-result.ts"

const whatIsWrong: Record<string, string> = {
  fileName: `"fileName" must be the file's name: a text of 1 to 255 characters.`,
  contentType: `"contentType" must be the file's type, such as "application/pdf".`,
  sizeBytes: `"sizeBytes" must be the file's size in bytes: a whole number of at least 1.`,
}

export async function createDocument(
  body: string,
  session: Session | undefined,
  { documents, uploads, deadlines, maxDocumentBytes, acceptsImages = false, logger }: DocumentsApiDependencies,
): Promise<RouteResult> {
  const request = v.safeParse(createDocumentRequestSchema, parseJson(body))
  if (!request.success) return badRequest(request.issues)
  const { fileName, sizeBytes } = request.output
  const contentType = readableType(request.output.contentType, fileName)
  if (contentType && Object.hasOwn(imageTypes, contentType) && !acceptsImages) return recognitionIsOff(fileName)
  if (!contentType) return unreadable(fileName, acceptsImages)
  if (sizeBytes > maxDocumentBytes) return tooLarge(maxDocumentBytes)

  const documentId = randomUUID()
  const upload = await uploads.presign({ documentId, contentType, sizeBytes })
  const uploadExpiresAtMs = Date.parse(upload.expiresAt)
  // The client learns the id only when both succeed, so no one waits for a document without a deadline.
  await Promise.all([
    scheduleUploadDeadline(deadlines, { documentId, uploadExpiresAtMs }),
    documents.create({ documentId, fileName, contentType, ...(session && { ownerId: session.userId }) }),
  ])
  logger.info("document created", { documentId, contentType, sizeBytes })
  return { statusCode: 201, body: { documentId, ...upload } satisfies CreateDocumentResponse }
}

/** Browsers do not know every type that can be read: for the generic type, the file's extension decides. */
function readableType(contentType: string, fileName: string): string | undefined {
  const type = contentType.split(";")[0]?.trim().toLowerCase() ?? ""
  if (Object.hasOwn(readableTypes, type) || Object.hasOwn(imageTypes, type)) return type
  return type === "application/octet-stream" ? contentTypeOf(fileName) : undefined
}

function badRequest(issues: readonly v.BaseIssue<unknown>[]): ProblemResult {
  const field = issues[0]?.path?.[0]?.key
  const message = whatIsWrong[String(field)]
  if (!message) return { statusCode: 400, body: { message: "The body must be a JSON object." } }
  return { statusCode: 400, body: { message, field: String(field) } }
}

function recognitionIsOff(fileName: string): ProblemResult {
  const message = `${JSON.stringify(fileName)} contains only an image, and text recognition is off on this system. Upload a document with text.`
  return { statusCode: 415, body: { message, field: "contentType" } }
}

function unreadable(fileName: string, acceptsImages: boolean): ProblemResult {
  const extensions = Object.values({ ...readableTypes, ...(acceptsImages && imageTypes) }).flat()
  const message = `${JSON.stringify(fileName)} is of a type that cannot be read. These can: ${extensions.join(", ")}.`
  return { statusCode: 415, body: { message, field: "contentType" } }
}

function tooLarge(maxDocumentBytes: number): ProblemResult {
  const message = `The document is too large: at most ${maxDocumentBytes / 1_000_000} MB can be read.`
  return { statusCode: 413, body: { message, field: "sizeBytes" } }
}

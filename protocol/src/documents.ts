// The schemas of the HTTP API: creating a document, and reading its progress and insights.
import * as v from "valibot"
import { insightsSchema } from "./insights.ts"
import { progressSchema } from "./progress.ts"

/** The supported content types, each with its file extensions. */
export const readableTypes: Readonly<Record<string, readonly string[]>> = {
  "application/pdf": ["pdf"],
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ["docx"],
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": ["pptx"],
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ["xlsx"],
  "application/vnd.oasis.opendocument.text": ["odt"],
  "application/vnd.oasis.opendocument.spreadsheet": ["ods"],
  "application/vnd.oasis.opendocument.presentation": ["odp"],
  "application/epub+zip": ["epub"],
  "application/msword": ["doc"],
  "application/rtf": ["rtf"],
  "message/rfc822": ["eml"],
  "text/plain": ["txt", "text", "log", "rst"],
  "text/markdown": ["md", "markdown"],
  "text/html": ["html", "htm"],
  "text/csv": ["csv"],
  "application/json": ["json"],
  "application/xml": ["xml"],
}

/** The content types of images, each with its file extensions: they can be read when text recognition is on. */
export const imageTypes: Readonly<Record<string, readonly string[]>> = {
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg"],
  "image/tiff": ["tif", "tiff"],
  "image/webp": ["webp"],
}

/** The size limit of a document: 50 MB. */
export const maxDocumentBytes = 50_000_000

export const createDocumentRequestSchema = v.object({
  fileName: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(255)),
  contentType: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  sizeBytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
export type CreateDocumentRequest = v.InferOutput<typeof createDocumentRequestSchema>

export const createDocumentResponseSchema = v.object({
  documentId: v.string(),
  /** A presigned S3 upload: send the file's bytes with `method` and `headers`. */
  uploadUrl: v.string(),
  method: v.literal("PUT"),
  headers: v.record(v.string(), v.string()),
  /** ISO 8601; 15 minutes after the request. */
  expiresAt: v.string(),
})
export type CreateDocumentResponse = v.InferOutput<typeof createDocumentResponseSchema>

export const documentResponseSchema = v.object({
  documentId: v.string(),
  fileName: v.string(),
  progress: progressSchema,
  insights: v.nullable(insightsSchema),
})
export type DocumentResponse = v.InferOutput<typeof documentResponseSchema>

/** Has a document that ended as `ENCRYPTED` read again; the response is its new progress. */
export const unlockRequestSchema = v.object({ password: v.pipe(v.string(), v.minLength(1), v.maxLength(256)) })
export type UnlockRequest = v.InferOutput<typeof unlockRequestSchema>

/** The text of one page of a document, without markup. */
export const pageResponseSchema = v.object({
  documentId: v.string(),
  /** From 1. */
  page: v.number(),
  /** The pages of the document. */
  pages: v.number(),
  /** Lines are separated by "\n". */
  text: v.string(),
  /** Whether the page is so long that only its start is kept. */
  isTruncated: v.boolean(),
})
export type PageResponse = v.InferOutput<typeof pageResponseSchema>

/** The pages of a document that a search matches, in order. */
export const searchResponseSchema = v.object({
  documentId: v.string(),
  query: v.string(),
  matches: v.array(
    v.object({
      page: v.number(),
      /** How often the page matches. */
      count: v.number(),
      /** The first match of the page, with the text around it. */
      before: v.string(),
      match: v.string(),
      after: v.string(),
    }),
  ),
  /** Where to continue (`from`), when not every page was searched. */
  nextPage: v.nullable(v.number()),
})
export type SearchResponse = v.InferOutput<typeof searchResponseSchema>

/** A single-use ticket for one WebSocket connection, valid for a minute. */
export const createTicketResponseSchema = v.object({
  ticket: v.string(),
  /** ISO 8601. */
  expiresAt: v.string(),
})
export type CreateTicketResponse = v.InferOutput<typeof createTicketResponseSchema>

/** The secret of a link whose bearer may watch the document; `DELETE` revokes it. */
export const shareResponseSchema = v.object({ shareToken: v.string() })
export type ShareResponse = v.InferOutput<typeof shareResponseSchema>

/** The header of `GET /documents/{documentId}`, its pages and its search, for the bearer of a shared link. */
export const shareTokenHeader = "x-share-token"

/** The header of the password of a protected PDF, percent-encoded, in a request for a picture of one of its pages. */
export const documentPasswordHeader = "x-document-password"

/** The body of a 4xx response. `field` names the invalid field of the request, if one is invalid. */
export const problemSchema = v.object({ message: v.string(), field: v.optional(v.string()) })
export type Problem = v.InferOutput<typeof problemSchema>

/**
 * The content type of a file name's extension, images included, or undefined when the extension is not supported. A name
 * without an extension is that of a text: README, LICENSE.
 */
export function contentTypeOf(fileName: string): string | undefined {
  if (fileName !== "" && !fileName.includes(".")) return "text/plain"
  const extension = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? ""
  return Object.entries({ ...readableTypes, ...imageTypes }).find(([, extensions]) =>
    extensions.includes(extension),
  )?.[0]
}

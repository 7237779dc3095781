// Client of the HTTP API: create and upload a document, read its progress and insights, delete it.
import {
  type CreateDocumentRequest,
  type CreateDocumentResponse,
  createDocumentResponseSchema,
  type DocumentResponse,
  documentResponseSchema,
  problemSchema,
} from "@document-insight/protocol"
import * as v from "valibot"
import { DocumentError } from "./document-error.ts"
import { uploadBytes } from "./upload-bytes.ts"

export type DocumentsClientOptions = {
  /** The base URL of the HTTP API, with or without a trailing slash. */
  apiEndpoint: string
}

export type UploadOptions = {
  /** 0 to 1. */
  onProgress?: ((fraction: number) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Every method rejects with a `DocumentError`. */
export type DocumentsClient = {
  /** Creates a document. Its bytes are then sent with `upload`, within 15 minutes. */
  create(
    request: CreateDocumentRequest,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<CreateDocumentResponse>
  upload(
    target: Pick<CreateDocumentResponse, "uploadUrl" | "method" | "headers">,
    body: Blob | Uint8Array<ArrayBuffer>,
    options?: UploadOptions,
  ): Promise<void>
  get(documentId: string, options?: { signal?: AbortSignal | undefined }): Promise<DocumentResponse>
  /** Deletes a document. One that does not exist is not an error. */
  remove(documentId: string): Promise<void>
}

export function createDocumentsClient({ apiEndpoint }: DocumentsClientOptions): DocumentsClient {
  const documentsUrl = `${apiEndpoint.replace(/\/+$/, "")}/documents`
  const urlOf = (documentId: string) => `${documentsUrl}/${encodeURIComponent(documentId)}`

  return {
    async create(body, { signal } = {}) {
      const response = await request(documentsUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: signal ?? null,
      })
      return parse(response, createDocumentResponseSchema)
    },

    async upload({ uploadUrl, method, headers }, body, { onProgress, signal } = {}) {
      const sending = uploadBytes({ url: uploadUrl, method, headers, body, onProgress, signal })
      const status = await sending.catch((error) => {
        throw connectionError(error, "The upload was interrupted. Check the network and try again.")
      })
      if (status === 403) throw new DocumentError("failed", "The upload link has expired. Try again.")
      if (status >= 400) throw new DocumentError("failed", `The upload failed (status ${status}). Try again.`)
    },

    async get(documentId, { signal } = {}) {
      const response = await request(urlOf(documentId), { signal: signal ?? null })
      return parse(response, documentResponseSchema)
    },

    async remove(documentId) {
      // A page that is being left can still delete.
      const response = await request(urlOf(documentId), { method: "DELETE", keepalive: true })
      if (response.status !== 404) await rejectProblem(response)
    },
  }
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    throw connectionError(error, "The server could not be reached. Check the network and try again.")
  }
}

async function parse<Schema extends v.GenericSchema>(
  response: Response,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  await rejectProblem(response)
  const body = v.safeParse(schema, await jsonOf(response))
  if (body.success) return body.output
  throw new DocumentError("failed", "The server sent an unexpected response. Reload the page and try again.")
}

async function rejectProblem(response: Response): Promise<void> {
  if (response.ok) return
  const problem = v.safeParse(problemSchema, await jsonOf(response))
  const message = problem.success ? problem.output.message : undefined
  if (response.status === 404) throw new DocumentError("not-found", message ?? "This document does not exist any more.")
  if (response.status === 429) throw new DocumentError("failed", "The server is busy. Try again in a moment.")
  if (response.status < 500)
    throw new DocumentError("refused", message ?? `The server rejected the request (status ${response.status}).`)
  throw new DocumentError("failed", `The server failed (status ${response.status}). Try again in a moment.`)
}

function jsonOf(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined)
}

function connectionError(error: unknown, message: string): DocumentError {
  const isAbort = error instanceof Error && error.name === "AbortError"
  return isAbort
    ? new DocumentError("cancelled", "Cancelled.", error)
    : new DocumentError("unreachable", message, error)
}

// The HTTP API as functions: hand a document in, read what became of it, remove it.
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
  /** The HTTP API's address, with or without a slash at its end. */
  apiEndpoint: string
}

export type UploadOptions = {
  /** 0 to 1. */
  onProgress?: ((fraction: number) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Everything that goes wrong is a `DocumentError`. */
export type DocumentsClient = {
  /** Announces a document; its bytes are then sent with `upload`, within 15 minutes. */
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
  /** Removing what is not there is no error: the wish is fulfilled. */
  remove(documentId: string): Promise<void>
}

export function createDocumentsClient({ apiEndpoint }: DocumentsClientOptions): DocumentsClient {
  const documentsUrl = `${apiEndpoint.replace(/\/+$/, "")}/documents`
  const urlOf = (documentId: string) => `${documentsUrl}/${encodeURIComponent(documentId)}`

  return {
    async create(request, { signal } = {}) {
      const response = await answerOf(documentsUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
        signal: signal ?? null,
      })
      return read(response, createDocumentResponseSchema)
    },

    async upload({ uploadUrl, method, headers }, body, { onProgress, signal } = {}) {
      const sending = uploadBytes({ url: uploadUrl, method, headers, body, onProgress, signal })
      const status = await sending.catch((error) => {
        throw noAnswer(error, "The upload was interrupted. Check the network and try again.")
      })
      if (status === 403) throw new DocumentError("failed", "The upload was not accepted in time. Try again.")
      if (status >= 400) throw new DocumentError("failed", `The upload was not accepted (status ${status}). Try again.`)
    },

    async get(documentId, { signal } = {}) {
      const response = await answerOf(urlOf(documentId), { signal: signal ?? null })
      return read(response, documentResponseSchema)
    },

    async remove(documentId) {
      const response = await answerOf(urlOf(documentId), { method: "DELETE" })
      if (response.status !== 404) await refuseProblem(response)
    },
  }
}

async function answerOf(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    throw noAnswer(error, "The server could not be reached. Check the network and try again.")
  }
}

async function read<Schema extends v.GenericSchema>(
  response: Response,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  await refuseProblem(response)
  const body = v.safeParse(schema, await jsonOf(response))
  if (body.success) return body.output
  throw new DocumentError("failed", "The server answered with something unexpected. Reload the page and try again.")
}

async function refuseProblem(response: Response): Promise<void> {
  if (response.ok) return
  const problem = v.safeParse(problemSchema, await jsonOf(response))
  const sentence = problem.success ? problem.output.message : undefined
  if (response.status === 404) throw new DocumentError("not-found", sentence ?? "There is no such document any more.")
  if (response.status === 429) throw new DocumentError("failed", "The server is busy. Try again in a moment.")
  if (response.status < 500) throw new DocumentError("refused", sentence ?? `The server refused (${response.status}).`)
  throw new DocumentError("failed", `The server could not do this (status ${response.status}). Try again in a moment.`)
}

function jsonOf(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined)
}

function noAnswer(error: unknown, sentence: string): DocumentError {
  const isAbort = error instanceof Error && error.name === "AbortError"
  return isAbort
    ? new DocumentError("cancelled", "Cancelled.", error)
    : new DocumentError("unreachable", sentence, error)
}

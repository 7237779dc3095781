// Client of the HTTP API: create and upload a document, read its progress, insights and text, search in it, delete it.
import {
  type CreateDocumentRequest,
  type CreateDocumentResponse,
  type CreateTicketResponse,
  createDocumentResponseSchema,
  createTicketResponseSchema,
  type DocumentResponse,
  documentPasswordHeader,
  documentResponseSchema,
  type PageResponse,
  pageResponseSchema,
  problemSchema,
  type SearchResponse,
  searchResponseSchema,
  shareResponseSchema,
  shareTokenHeader,
  type UnlockRequest,
} from "@document-insight/protocol"
import * as v from "valibot"
import { DocumentError } from "./document-error.ts"
import { uploadBytes } from "./upload-bytes.ts"

export type DocumentsClientOptions = {
  /** The base URL of the HTTP API, with or without a trailing slash. */
  apiEndpoint: string
  /** With sign-in: a valid access token. It is asked again with a token that was rejected (`Session.accessToken`). */
  accessToken?: ((rejected?: string) => Promise<string>) | undefined
  /** The secret of the shared link that a document of another user was opened with. */
  shareTokenOf?: ((documentId: string) => string | undefined) | undefined
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
  /** The text of a page of a document that is complete. */
  page(documentId: string, page: number, options?: { signal?: AbortSignal | undefined }): Promise<PageResponse>
  /** Finds the pages that contain a text. `from`: `nextPage` of the response before. */
  search(
    documentId: string,
    query: string,
    options?: { from?: number | undefined; signal?: AbortSignal | undefined },
  ): Promise<SearchResponse>
  /** Has a document that ended as `ENCRYPTED` read again with a password. @returns its new progress */
  unlock(
    documentId: string,
    password: string,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<DocumentResponse>
  /** A small image of a page of a PDF; undefined when there is none. */
  thumbnail(documentId: string, page: number, options?: { signal?: AbortSignal }): Promise<Blob | undefined>
  /** Deletes a document. One that does not exist is not an error. */
  remove(documentId: string): Promise<void>
}

/** The requests that exist only with sign-in. They reject with a `DocumentError` too. */
export type SignedInClient = {
  /** A single-use ticket for one WebSocket connection, valid for a minute. */
  createTicket(): Promise<CreateTicketResponse>
  /** Creates the document's shared link and returns its secret. A link that exists is revoked. */
  share(documentId: string): Promise<string>
  revokeShare(documentId: string): Promise<void>
}

export function createDocumentsClient(options: DocumentsClientOptions): DocumentsClient & SignedInClient {
  const { apiEndpoint, accessToken, shareTokenOf = () => undefined } = options
  const baseUrl = apiEndpoint.replace(/\/+$/, "")
  const documentsUrl = `${baseUrl}/documents`
  /** Of protected PDFs, as long as the page is open: the server does not keep them, and needs them for pictures of pages. */
  const passwords = new Map<string, string>()
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
      return parse(await read(documentId, "", { signal }), documentResponseSchema)
    },

    async page(documentId, page, { signal } = {}) {
      return parse(await read(documentId, `/pages/${page}`, { signal }), pageResponseSchema)
    },

    async thumbnail(documentId, page, { signal } = {}) {
      const password = passwords.get(documentId)
      const headers = password === undefined ? {} : { [documentPasswordHeader]: encodeURIComponent(password) }
      const response = await read(documentId, `/pages/${page}/thumbnail`, { signal, headers })
      await rejectProblem(response)
      return response.status === 204 ? undefined : received(response.blob())
    },

    async search(documentId, query, { from = 1, signal } = {}) {
      const parameters = new URLSearchParams({ q: query, from: String(from) })
      return parse(await read(documentId, `/search?${parameters}`, { signal }), searchResponseSchema)
    },

    async unlock(documentId, password, { signal } = {}) {
      const response = await request(`${urlOf(documentId)}/password`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ password } satisfies UnlockRequest),
        signal: signal ?? null,
      })
      const accepted = await parse(response, documentResponseSchema)
      passwords.set(documentId, password)
      return accepted
    },

    async remove(documentId) {
      passwords.delete(documentId)
      // A page that is being left can still delete.
      const response = await request(urlOf(documentId), { method: "DELETE", keepalive: true })
      if (response.status !== 404) await rejectProblem(response)
    },

    async createTicket() {
      return parse(await request(`${baseUrl}/tickets`, { method: "POST" }), createTicketResponseSchema)
    },

    async share(documentId) {
      const response = await request(`${urlOf(documentId)}/share`, { method: "POST" })
      return (await parse(response, shareResponseSchema)).shareToken
    },

    async revokeShare(documentId) {
      await rejectProblem(await request(`${urlOf(documentId)}/share`, { method: "DELETE" }))
    },
  }

  /** What the bearer of a shared link may read too. */
  function read(
    documentId: string,
    path: string,
    { signal, headers }: { signal: AbortSignal | undefined; headers?: Record<string, string> },
  ): Promise<Response> {
    const shareToken = shareTokenOf(documentId)
    const shared = shareToken === undefined ? {} : { [shareTokenHeader]: shareToken }
    return request(urlOf(documentId) + path, { headers: { ...headers, ...shared }, signal: signal ?? null })
  }

  async function request(url: string, init: RequestInit): Promise<Response> {
    if (!accessToken) return send(url, init)
    const token = await accessToken()
    const response = await send(url, authorized(init, token))
    if (response.status !== 401) return response
    // The clock of this machine may be wrong, or the token was revoked: one renewal decides.
    return send(url, authorized(init, await accessToken(token)))
  }
}

function authorized(init: RequestInit, token: string): RequestInit {
  return { ...init, headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` } }
}

function send(url: string, init: RequestInit): Promise<Response> {
  return received(fetch(url, init))
}

/** A response, or its body: both can be cancelled, and both can be interrupted. */
async function received<T>(response: Promise<T>): Promise<T> {
  try {
    return await response
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
  if (response.status === 401) throw new DocumentError("signed-out", "Your session has ended. Sign in again.")
  if (response.status === 404) throw new DocumentError("not-found", message ?? "This document does not exist any more.")
  if (response.status === 429) throw new DocumentError("failed", "The server is busy. Try again in a moment.")
  if (response.status < 500)
    throw new DocumentError("refused", message ?? `The server rejected the request (status ${response.status}).`)
  throw new DocumentError("failed", `The server failed (status ${response.status}). Try again in a moment.`)
}

/** Undefined when the body is not JSON. */
async function jsonOf(response: Response): Promise<unknown> {
  const text = await received(response.text())
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function connectionError(error: unknown, message: string): DocumentError {
  const isAbort = error instanceof Error && error.name === "AbortError"
  return isAbort
    ? new DocumentError("cancelled", "Cancelled.", error)
    : new DocumentError("unreachable", message, error)
}

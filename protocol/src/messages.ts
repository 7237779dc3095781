// The schemas of the WebSocket messages in both directions: UTF-8 JSON text.
import * as v from "valibot"
import { type Progress, progressSchema } from "./progress.ts"

/** A document id, as `POST /documents` returns it. */
export const documentIdSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(128))

/** Watches a document; the response is its progress. `watch: false` stops. */
export const watchRequestSchema = v.object({
  action: v.literal("progress"),
  documentId: documentIdSchema,
  watch: v.optional(v.boolean(), true),
  /** The secret of a shared link, to watch a document of another user. */
  shareToken: v.optional(v.pipe(v.string(), v.maxLength(128))),
})
export type WatchRequest = v.InferInput<typeof watchRequestSchema>

export const pingRequestSchema = v.object({ action: v.literal("ping") })
export type PingRequest = v.InferOutput<typeof pingRequestSchema>

export type ClientMessage = WatchRequest | PingRequest

export const pongSchema = v.object({ status: v.literal("pong") })
export type Pong = v.InferOutput<typeof pongSchema>

/** The response to `watch: false`. */
export const unwatchedSchema = v.object({ status: v.literal("unwatched"), documentId: v.string() })
export type Unwatched = v.InferOutput<typeof unwatchedSchema>

/**
 * The response to an invalid message. The connection stays open.
 *
 * `SESSION_EXPIRED`: the token that the connection was opened for has expired. A connection with a new ticket continues.
 */
export const errorResponseSchema = v.object({
  status: v.literal("error"),
  errorCode: v.picklist(["UNKNOWN_ACTION", "BAD_REQUEST", "SESSION_EXPIRED"]),
  message: v.string(),
})
export type ErrorResponse = v.InferOutput<typeof errorResponseSchema>

export type ServerMessage = Progress | Pong | Unwatched | ErrorResponse

const serverMessageSchema = v.union([progressSchema, pongSchema, unwatchedSchema, errorResponseSchema])

/** Parses a text frame from the server; `undefined` for an unknown shape, such as an error frame of API Gateway. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = v.safeParse(serverMessageSchema, json)
  return parsed.success ? parsed.output : undefined
}

export function isProgress(message: ServerMessage): message is Progress {
  return "sequence" in message
}

// The `$default` route: responds to a ping, and reports what is wrong with any other message.
import { type ErrorResponse, type Pong, pingRequestSchema } from "@document-insight/protocol"
import * as v from "valibot"
import { parseMessage } from "./parse-message.ts"

const expected = `Send {"action":"progress","documentId":"..."} or {"action":"ping"}.`

// An error quotes the message, but must not grow with it.
const maxQuotedCharacters = 50

export function handleDefault(body: string | undefined): Pong | ErrorResponse {
  const message = parseMessage(body)
  if (v.is(pingRequestSchema, message)) return { status: "pong" }
  if (message === undefined) return errorResponse("BAD_REQUEST", `This message is not JSON. ${expected}`)
  const action = v.safeParse(v.object({ action: v.string() }), message)
  if (!action.success) return errorResponse("BAD_REQUEST", `This message has no "action". ${expected}`)
  const quoted = JSON.stringify(action.output.action.slice(0, maxQuotedCharacters))
  return errorResponse("UNKNOWN_ACTION", `There is no action ${quoted}. ${expected}`)
}

function errorResponse(errorCode: ErrorResponse["errorCode"], message: string): ErrorResponse {
  return { status: "error", errorCode, message }
}

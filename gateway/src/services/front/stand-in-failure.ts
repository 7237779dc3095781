// Recognizes that a stand-in has failed to process a request: its response is not one of the service then.
import type { IncomingMessage } from "node:http"
import { text } from "node:stream/consumers"

/** @throws Error with the reason, such as a full disk */
export async function throwFailure(response: IncomingMessage): Promise<void> {
  if ((response.statusCode ?? 502) < 500) return
  const body = await text(response)
  throw new Error(/"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body)
}

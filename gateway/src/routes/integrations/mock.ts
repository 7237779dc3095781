// Runs a MOCK integration: its request template decides on the status, and nothing is called.
import { configurationFailure, type Failure } from "../failure.ts"
import type { MappedRequest } from "./request-mapping.ts"
import type { BackendResponse } from "./response-mapping.ts"

/** AWS: the mapped request is JSON with an integer `statusCode` (int-mock-status) */
export function callMock({ body }: MappedRequest): BackendResponse | { failure: Failure } {
  const status = statusIn(body.toString("utf8"))
  if (status === undefined) {
    // AWS: without an integer the log has this line (int-mock-no-status)
    const cause = "Unable to parse statusCode. It should be an integer that is defined in the request template."
    return { failure: configurationFailure(cause) }
  }
  // AWS: the response of a mock has no body, so templates of responses do not see the message (int-mock-body)
  return { status, headers: {}, body: Buffer.alloc(0), selectionValue: String(status) }
}

/** AWS: the JSON may have a comma after its last entry (int-mock-trailing-comma) */
function statusIn(text: string): number | undefined {
  const json = text.trim()
  if (!json.startsWith("{") || !json.endsWith("}")) return undefined
  const [, status] = /[{,\s]["']?statusCode["']?\s*:\s*(-?\d+)\s*[,}]/.exec(json) ?? []
  return status === undefined ? undefined : Number(status)
}

// Forwards a request to the stand-in of S3. Bodies are streamed.
import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request as sendRequest } from "node:http"
import { type StandIn, StandInUnavailable } from "../stand-in/stand-in-process.ts"
import type { FileSizeCheck } from "./file-size.ts"
import type { S3Request } from "./request.ts"

/** The body that the stand-in receives, when it is not the one that is being received. */
export type ForwardedBody = {
  /** Instead of the body of the request, which was read to its end. */
  whole?: Buffer | undefined
  /** What was read of the body. The rest follows. */
  head?: Buffer | undefined
  /** Limits the size of the file that begins there in the body. */
  file?: { start: number; check: FileSizeCheck } | undefined
}

/** @throws StandInUnavailable, FileSizeError, or the error of a client that has disconnected */
export function forwardRequest(
  { standIn: { socketPath }, agent }: { standIn: StandIn; agent: Agent },
  request: S3Request,
  { incoming, whole, head, file }: ForwardedBody & { incoming: IncomingMessage },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { host: _host, expect: _expect, connection: _connection, ...headers } = incoming.headers
    // The stand-in has administrative paths, such as "/health", but none that ends with a slash.
    const path = (request.key === "" && request.bucket ? `/${request.bucket}/` : request.path) + request.search
    const sent = whole === undefined ? headers : headersOfBody(headers, whole)
    const outgoing = sendRequest({ agent, socketPath, path, method: request.method, headers: sent }, resolve)
    outgoing.once("error", (cause) => {
      reject(hasLeft(incoming) ? cause : new StandInUnavailable(cause.message, { cause }))
    })
    if (whole) {
      outgoing.end(whole)
      return
    }
    // An upload that its client aborts must not be stored in part.
    const abort = () => outgoing.destroy(new Error("The client has disconnected."))
    if (hasLeft(incoming)) {
      abort()
      return
    }
    incoming.once("error", abort)
    if (!file) {
      if (head) outgoing.write(head)
      incoming.pipe(outgoing)
      return
    }
    file.check.once("error", (error) => {
      // Its end is missing, so that the stand-in does not store it.
      outgoing.destroy(error)
      reject(error)
    })
    outgoing.write(head?.subarray(0, file.start))
    file.check.pipe(outgoing)
    file.check.write(head?.subarray(file.start))
    incoming.pipe(file.check)
  })
}

function hasLeft({ destroyed, complete }: IncomingMessage): boolean {
  return destroyed && !complete
}

/** Without what describes the body that was received. */
function headersOfBody(headers: IncomingHttpHeaders, body: Buffer): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(
    ([name]) => !/^(content-md5|transfer-encoding|x-amz-checksum-.*|x-amz-content-sha256)$/.test(name),
  )
  return { ...Object.fromEntries(kept), "content-length": String(body.length) }
}

// Responds to the preflight of a web page, by the CORS rules of the bucket.
import type { IncomingHttpHeaders, ServerResponse } from "node:http"
import type { BucketCorsRule } from "../../definition/storage.ts"
import { corsHeaders } from "./bucket-cors.ts"
import { sendError } from "./error-response.ts"

export function respondToPreflight(
  rules: readonly BucketCorsRule[],
  headers: IncomingHttpHeaders,
  response: ServerResponse,
): void {
  const cors = corsHeaders(rules, {
    origin: headers.origin ?? "",
    method: headers["access-control-request-method"] ?? "",
    headers: (headers["access-control-request-headers"] ?? "")
      .toLowerCase()
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean),
  })
  if (cors) {
    response.writeHead(200, { ...cors, "content-length": "0" }).end()
    return
  }
  // AWS: S3 rejects a preflight with these sentences, spelling included (s3-cors-rejection)
  const message =
    rules.length === 0
      ? "CORSResponse: CORS is not enabled for this bucket."
      : "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
  sendError(response, { status: 403, code: "AccessForbidden", message })
}

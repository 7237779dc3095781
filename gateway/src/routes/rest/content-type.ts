// The content type of a request without its parameters, which selects templates and models.
import { firstHeader, type HttpRequest } from "../http/request.ts"

/** AWS: a request without a content type is JSON (rest-request-content-type) */
export function contentTypeOf({ headers }: HttpRequest): string {
  return firstHeader(headers, "content-type")?.split(";")[0]?.trim() || "application/json"
}

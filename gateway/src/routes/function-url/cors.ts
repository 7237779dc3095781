// Adds the CORS headers of a function URL to the response of its function.
import type { HttpCors } from "../../definition/api.ts"
import { addCorsHeaders } from "../http/cors.ts"
import type { HeaderLists } from "../http/request.ts"

/** AWS: the headers of the function stay, so a header that both set is sent twice (furl-cors-twice) */
export function addUrlCorsHeaders(headers: HeaderLists, cors: HttpCors, origin: string | undefined): void {
  const configured: HeaderLists = Object.create(null)
  addCorsHeaders(configured, cors, origin)
  for (const [name, values] of Object.entries(configured)) headers[name] = [...(headers[name] ?? []), ...values]
}

// Reads the parts of an HTTP request that its signature covers.
import { createHash } from "node:crypto"
import type { SignedRequest } from "../ports.ts"
import type { HttpRequest } from "./request.ts"

export function signedRequest({ method, path, query, headers, body }: HttpRequest): SignedRequest {
  const single: SignedRequest["headers"] = Object.create(null)
  for (const [name, values] of Object.entries(headers)) single[name] = values.length === 1 ? values[0] : values
  const bodySha256 = createHash("sha256")
    .update(body ?? Buffer.alloc(0))
    .digest("hex")
  return { method, path, query, headers: single, bodySha256 }
}

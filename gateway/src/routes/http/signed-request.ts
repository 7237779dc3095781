// Reads the parts of an HTTP request that its signature covers.
import { createHash } from "node:crypto"
import type { SignedRequest } from "../../definition/signed-request.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { HttpRequest } from "./request.ts"

export function signedRequest({ method, path, query, headers, body }: HttpRequest): SignedRequest {
  const single = recordFrom(
    Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  )
  const bodySha256 = createHash("sha256")
    .update(body ?? Buffer.alloc(0))
    .digest("hex")
  return { method, path, query, headers: single, bodySha256 }
}

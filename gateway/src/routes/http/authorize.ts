// Authorizes a request to an HTTP API in the way that its route requires.
import type { RoutePorts } from "../ports.ts"
import type { HttpRouteRuntime } from "./api-runtime.ts"
import type { HttpAuthorization, HttpAuthorizationAttempt } from "./authorization.ts"
import { authorizeByFunction } from "./authorize-by-function.ts"
import { authorizeBySignature } from "./authorize-by-signature.ts"
import { authorizeByToken } from "./authorize-by-token.ts"

export async function authorize(
  attempt: HttpAuthorizationAttempt,
  { definition: { authorization } }: HttpRouteRuntime,
  ports: RoutePorts,
): Promise<HttpAuthorization> {
  switch (authorization.type) {
    case "JWT":
      return authorizeByToken(attempt, authorization, ports)
    case "CUSTOM":
      return authorizeByFunction(attempt, authorization.authorizer, ports)
    case "AWS_IAM":
      return authorizeBySignature(attempt, ports)
    case "NONE":
      return { outcome: "allowed" }
  }
}

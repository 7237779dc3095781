// Reads the result of a Lambda authorizer of an HTTP API: a simple response or a policy, each with a context.
import type { HttpLambdaAuthorizerDefinition } from "../../definition/api.ts"
import type { PolicyDocument } from "../../definition/iam.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { isPolicy } from "../authorizer-response.ts"

export type AuthorizerResult = {
  /** Whether every request is allowed, or the policy that decides for each route. */
  decision: boolean | PolicyDocument
  /** The keys come from the function, so the prototype is null. */
  context: Readonly<Record<string, unknown>>
}

/** @param payload the function's result as JSON text @returns undefined when the result is invalid */
export function readAuthorizerResult(
  payload: string,
  { hasSimpleResponses }: Pick<HttpLambdaAuthorizerDefinition, "hasSimpleResponses">,
): AuthorizerResult | undefined {
  const result: unknown = JSON.parse(payload)
  if (!isRecord(result)) return undefined
  const { isAuthorized, principalId, policyDocument, context = {} } = result
  if (!isRecord(context)) return undefined
  const own = recordFrom(Object.entries(context))
  if (hasSimpleResponses) {
    return typeof isAuthorized === "boolean" ? { decision: isAuthorized, context: own } : undefined
  }
  // AWS?: a policy without principalId is invalid; it is documented with one (http-authorizer-principal)
  if (typeof principalId !== "string" && typeof principalId !== "number") return undefined
  return isPolicy(policyDocument) ? { decision: policyDocument, context: own } : undefined
}

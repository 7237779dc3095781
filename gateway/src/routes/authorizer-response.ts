// Reads and validates the response of a Lambda authorizer.
import type { PolicyDocument, PolicyStatement } from "../definition/iam.ts"
import { isRecord } from "../foundation/is-record.ts"

export type AuthorizerResponse = {
  policy: PolicyDocument
  /** The context and `principalId`. AWS: all values are passed on as strings (permissions-authorizer-context) */
  authorizer: Readonly<Record<string, string>>
  /** The API key whose usage plan the caller counts against. */
  usageIdentifierKey?: string
}

/** @param payload the function's result as JSON text @returns undefined when the response is invalid */
export function readAuthorizerResponse(payload: string): AuthorizerResponse | undefined {
  const response: unknown = JSON.parse(payload)
  if (!isRecord(response)) return undefined
  const { principalId, policyDocument, usageIdentifierKey } = response
  // AWS?: a response without principalId is invalid; it is documented as required (permissions-authorizer-principal)
  if (typeof principalId !== "string" && typeof principalId !== "number") return undefined
  const authorizer = readContext(response.context, String(principalId))
  if (!isPolicy(policyDocument) || !authorizer) return undefined
  return {
    policy: policyDocument,
    authorizer,
    ...(typeof usageIdentifierKey === "string" && { usageIdentifierKey }),
  }
}

/** Undefined when a value is an object or a list. The keys come from a function, so the prototype is null. */
function readContext(context: unknown, principalId: string): Record<string, string> | undefined {
  const authorizer: Record<string, string> = Object.create(null)
  if (context !== undefined && context !== null) {
    if (!isRecord(context)) return undefined
    for (const [name, value] of Object.entries(context)) {
      if (typeof value === "object" && value !== null) return undefined
      if (value !== null) authorizer[name] = String(value)
    }
  }
  authorizer.principalId = principalId
  return authorizer
}

export function isPolicy(value: unknown): value is PolicyDocument {
  if (!isRecord(value) || value.Statement === undefined) return false
  return [value.Statement].flat().every(isStatement)
}

function isStatement(value: unknown): value is PolicyStatement {
  if (!isRecord(value) || (value.Effect !== "Allow" && value.Effect !== "Deny")) return false
  const { Action, NotAction, Resource, NotResource, Condition: condition = {} } = value
  return (
    isTexts(Action ?? NotAction) &&
    isTexts(Resource ?? NotResource) &&
    [Action, NotAction, Resource, NotResource].every((one) => one !== null) &&
    isRecord(condition) &&
    Object.values(condition).every(isRecord)
  )
}

function isTexts(value: unknown): boolean {
  return [value].flat().every((one) => typeof one === "string")
}

// What a Lambda authorizer answered, as far as API Gateway makes something of it.

import type { PolicyDocument, PolicyStatement } from "../../definition/iam.ts"
import { isRecord } from "../../foundation/is-record.ts"

export type AuthorizerAnswer = {
  principalId: string
  policy: PolicyDocument
  /** AWS: strings, numbers and booleans, handed on as strings. [section 11.6] */
  context: Record<string, string>
  /** The API key that the caller is to be counted under. */
  usageIdentifierKey?: string
}

/** @param payload the function's result as JSON text @returns undefined for an answer that is none */
export function readAuthorizerAnswer(payload: string): AuthorizerAnswer | undefined {
  const answer: unknown = JSON.parse(payload)
  if (!isRecord(answer)) return undefined
  const { principalId, policyDocument, usageIdentifierKey } = answer
  const context = readContext(answer.context)
  // AWS?: an answer without principalId; it is documented as required. [permissions-authorizer-failure]
  if (typeof principalId !== "string" && typeof principalId !== "number") return undefined
  if (!isPolicy(policyDocument) || !context) return undefined
  return {
    principalId: String(principalId),
    policy: policyDocument,
    context,
    ...(typeof usageIdentifierKey === "string" && { usageIdentifierKey }),
  }
}

/** Undefined when a value is an object or a list. */
function readContext(context: unknown): Record<string, string> | undefined {
  if (context === undefined || context === null) return {}
  if (!isRecord(context)) return undefined
  const values = Object.entries(context).filter(([, value]) => value !== null)
  if (values.some(([, value]) => typeof value === "object")) return undefined
  return Object.fromEntries(values.map(([name, value]) => [name, String(value)]))
}

function isPolicy(value: unknown): value is PolicyDocument {
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

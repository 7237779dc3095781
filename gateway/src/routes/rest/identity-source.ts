// Reads the identity sources of an authorizer from a request to a REST API.
import type { RestAuthorizerDefinition } from "../../definition/rest-api.ts"
import { ownValue } from "../../foundation/own-value.ts"
import { queryLists } from "../../foundation/request-target.ts"
import { firstHeader } from "../http/request.ts"
import type { RestTransaction } from "./transaction.ts"

/** @returns the value of each source; undefined when one is missing or empty */
export function readIdentity(
  { identitySource }: RestAuthorizerDefinition,
  transaction: RestTransaction,
): string[] | undefined {
  const values = identitySource.map((source) => readSource(source, transaction) || undefined)
  return values.every((value) => value !== undefined) ? values : undefined
}

function readSource(source: string, { request, stage, record }: RestTransaction): string | undefined {
  const [, kind, name = ""] =
    /^(method\.request\.header|method\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? []
  if (kind === "method.request.header") return firstHeader(request.headers, name.toLowerCase())
  if (kind === "method.request.querystring") return queryLists(request.query)[name]?.at(-1)
  if (kind === "stageVariables") return ownValue(stage.definition.variables, name)
  const value = ownValue(record.context, name)
  return value === undefined ? undefined : String(value)
}

/** Whether a text matches the `identityValidation` of an authorizer as a whole; every text does without one. */
export function matchesValidation({ identityValidation }: RestAuthorizerDefinition, text: string): boolean {
  return identityValidation === undefined || new RegExp(`^(?:${identityValidation})$`).test(text)
}

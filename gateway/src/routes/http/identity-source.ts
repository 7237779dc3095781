// Reads the identity sources of an authorizer from a request to an HTTP API.
import type { TransactionRecord } from "../../definition/record.ts"
import { ownValue } from "../../foundation/own-value.ts"
import { queryLists } from "../../foundation/request-target.ts"
import type { HttpStageRuntime } from "./api-runtime.ts"
import type { HttpRequest } from "./request.ts"

export type IdentityOrigin = {
  request: Pick<HttpRequest, "headers" | "query">
  stage: Pick<HttpStageRuntime, "definition">
  record: Pick<TransactionRecord, "context">
}

/** @returns the value of each source; undefined where it is missing or empty */
export function readIdentity(sources: readonly string[], origin: IdentityOrigin): (string | undefined)[] {
  return sources.map((source) => readSource(source, origin) || undefined)
}

function readSource(source: string, { request, stage, record }: IdentityOrigin): string | undefined {
  const [, kind, name = ""] =
    /^\$(request\.header|request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? []
  // AWS: header names are case-insensitive, query string names are not (http-identity-source)
  if (kind === "request.header") return request.headers[name.toLowerCase()]?.join(",")
  if (kind === "request.querystring") return queryLists(request.query)[name]?.join(",")
  if (kind === "stageVariables") return ownValue(stage.definition.variables, name)
  const value = ownValue(record.context, name)
  return value === undefined ? undefined : String(value)
}

// Makes the HTTP response from a function's result, in payload format 1.0 or 2.0.
import type { HttpRouteDefinition } from "../../definition/api.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { isHeaderName } from "../header-name.ts"
import type { HeaderLists, HttpResponse } from "./request.ts"

/** The server sets these for every response. */
export const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
])

export type ResponseFormat = {
  version: HttpRouteDefinition["payloadFormatVersion"]
  /** Of a response for which the function names none. */
  contentType?: string
  /** Whether a body that the function marks as base64 is decoded. */
  decodesBase64?: boolean
}

/**
 * @param payload the function's result as JSON text
 * @returns for an invalid result, what is wrong with it
 */
export function readHttpResponse(
  payload: string,
  { version, contentType = "text/plain;charset=UTF-8", decodesBase64 = true }: ResponseFormat,
): HttpResponse | { malformed: string } {
  const result: unknown = JSON.parse(payload)
  if (!isRecord(result) || !("statusCode" in result)) {
    return version === "1.0" ? { malformed: "The result has no statusCode" } : inferredResponse(result)
  }
  const { statusCode, body, isBase64Encoded } = result
  const status = Number(statusCode)
  // AWS?: a status below 200 is malformed (http-informational-status)
  if (!Number.isInteger(status) || status < 200 || status > 599) return { malformed: "The statusCode is invalid" }
  if (body !== undefined && body !== null && typeof body !== "string") return { malformed: "The body is not a string" }
  const headers = headersOf(result, version)
  const malformed = invalidHeader(headers)
  if (malformed !== undefined) return { malformed }
  headers["content-type"] ??= [contentType]
  const encoding = isBase64Encoded === true && decodesBase64 ? "base64" : "utf8"
  return { status, headers, body: Buffer.from(body ?? "", encoding) }
}

/** AWS: in format 2.0 a result without statusCode is the body of a 200, as JSON (http-inferred-response) */
function inferredResponse(result: unknown): HttpResponse {
  const text = typeof result === "string" ? result : JSON.stringify(result)
  const headers: HeaderLists = Object.create(null)
  headers["content-type"] = ["application/json"]
  return { status: 200, headers, body: Buffer.from(text) }
}

/** AWS: repeated headers are in `multiValueHeaders` (http-response-1); format 2.0 has only `cookies` (http-cookies) */
function headersOf(result: Record<string, unknown>, version: HttpRouteDefinition["payloadFormatVersion"]): HeaderLists {
  const lists: HeaderLists = Object.create(null)
  if (version === "1.0") addHeaders(lists, result.multiValueHeaders)
  addHeaders(lists, result.headers)
  if (version === "2.0" && Array.isArray(result.cookies) && result.cookies.length > 0) {
    lists["set-cookie"] = [...(lists["set-cookie"] ?? []), ...result.cookies.map(String)]
  }
  return lists
}

/** AWS: a value that is in both maps is sent once (http-response-1) */
function addHeaders(lists: HeaderLists, headers: unknown): void {
  if (!isRecord(headers)) return
  for (const [mixedCase, value] of Object.entries(headers)) {
    const name = mixedCase.toLowerCase()
    if (connectionHeaders.has(name)) continue
    const list = lists[name] ?? []
    lists[name] = list
    for (const one of Array.isArray(value) ? value.map(String) : [String(value)]) {
      if (!list.includes(one)) list.push(one)
    }
  }
}

/**
 * The first header that is invalid (RFC 9110, section 5).
 * AWS?: it makes the result malformed (http-invalid-header)
 */
function invalidHeader(headers: HeaderLists): string | undefined {
  for (const name in headers) {
    if (!isHeaderName(name)) return `The header name ${JSON.stringify(name)} is invalid`
    if (headers[name]?.some((value) => /[^\t\x20-\x7e\x80-\xff]/.test(value))) {
      return `The value of the header ${name} contains a character that headers must not contain`
    }
  }
  return undefined
}

/** A mapped text as the value of a header. A line break would make the rest of it another header. */
export function headerText(value: string): string {
  return value.replaceAll(/[^\t\x20-\x7e\x80-\xff]+/g, " ")
}

/** A response of API Gateway itself. */
export function gatewayResponse(status: number, message: string): HttpResponse {
  const headers: HeaderLists = Object.create(null)
  headers["content-type"] = ["application/json"]
  return { status, headers, body: Buffer.from(JSON.stringify({ message })) }
}

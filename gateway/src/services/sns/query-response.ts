// Responses of SNS's query protocol: in XML, or in JSON for a caller that accepts that.
// AWS: an integration of API Gateway receives JSON (int-sns-query)
import { randomUUID } from "node:crypto"
import type { LocalRequest, LocalResponse, ServiceError } from "../local/local-service.ts"

/** The result of an operation; null is left out of XML. */
export type QueryResult = { [name: string]: string | boolean | null | QueryResult[] }

type Headers = LocalRequest["headers"]

const NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"

export function queryResponse(action: string, result: QueryResult, headers: Headers): LocalResponse {
  const RequestId = randomUUID()
  if (acceptsJson(headers)) {
    return json(200, { [`${action}Response`]: { [`${action}Result`]: result, ResponseMetadata: { RequestId } } })
  }
  const metadata = `<ResponseMetadata><RequestId>${RequestId}</RequestId></ResponseMetadata>`
  return xml(200, `${action}Response`, `<${action}Result>${elementsOf(result)}</${action}Result>${metadata}`)
}

export function queryErrorResponse({ code, message, status }: ServiceError, headers: Headers): LocalResponse {
  const RequestId = randomUUID()
  const error = { Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message }
  if (acceptsJson(headers)) return json(status, { Error: error, RequestId })
  return xml(status, "ErrorResponse", `<Error>${elementsOf(error)}</Error><RequestId>${RequestId}</RequestId>`)
}

function acceptsJson(headers: Headers): boolean {
  return headers.accept === "application/json"
}

function json(status: number, body: object): LocalResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
}

function xml(status: number, name: string, content: string): LocalResponse {
  const body = `<${name} xmlns="${NAMESPACE}">${content}</${name}>`
  return { status, headers: { "content-type": "text/xml" }, body }
}

function elementsOf(result: QueryResult): string {
  return Object.entries(result)
    .filter(([, value]) => value !== null)
    .map(
      ([name, value]) =>
        `<${name}>${Array.isArray(value) ? value.map(memberOf).join("") : escapeXml(String(value))}</${name}>`,
    )
    .join("")
}

function memberOf(result: QueryResult): string {
  return `<member>${elementsOf(result)}</member>`
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}

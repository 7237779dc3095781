// Parses the expressions that select templates and models: `${request.body.kind}`, `${integration.response.statuscode}`, text.
// AWS: a variable that is not found is an empty text, and text is itself (int-selection-syntax)
import { textInBody } from "./body-path.ts"

type Part = { text: string } | { variable: string }

export type SelectionSource = {
  /** The message. */
  body: string
  /** Of a request to a REST API. */
  contentType?: string
  /** Of the integration, names in lower case. */
  response?: { status: number; headers: Readonly<Record<string, string | string[] | undefined>> }
}

export type SelectionExpression = (source: SelectionSource) => string

export function readSelectionExpression(expression: string): SelectionExpression {
  const parts = readParts(expression)
  return (source) => parts.map((part) => ("text" in part ? part.text : resolve(part.variable, source))).join("")
}

function readParts(expression: string): Part[] {
  const bare = /^\$([A-Za-z][^${}\\]*)$/.exec(expression)?.[1]
  if (bare !== undefined) return [{ variable: bare }]
  return [...expression.matchAll(/(\\\$)|\$\{([^}]*)\}|[^\\$]+|[\\$]/g)].map(([piece, escaped, variable]) => {
    if (escaped !== undefined) return { text: "$" }
    return variable === undefined ? { text: piece } : { variable }
  })
}

function resolve(variable: string, { body, response }: SelectionSource): string {
  const path = /^request\.body\.(.+)$/s.exec(variable)?.[1]
  if (path !== undefined) return textInBody(body, path)
  if (!response) return ""
  if (variable === "integration.response.statuscode") return String(response.status)
  const [, kind, name = ""] = /^integration\.response\.(header|multivalueheader)\.(.+)$/.exec(variable) ?? []
  const value = response.headers[name.toLowerCase()]
  if (kind === undefined || value === undefined) return ""
  const values = [value].flat()
  return kind === "header" ? (values.at(-1) ?? "") : `[${values.join(", ")}]`
}

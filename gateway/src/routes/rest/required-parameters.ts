// Checks the headers and query parameters that the request validator of a method requires.
import { queryLists } from "../../foundation/request-target.ts"
import type { RestRequest } from "./transaction.ts"

/** The names of the required parameters that a request does not have. */
export function missingParameters({ transaction, method }: RestRequest): string[] {
  const { requiredParameters } = method.definition
  if (requiredParameters.length === 0) return []
  const { headers, query } = transaction.request
  const parameters = queryLists(query)
  return requiredParameters.flatMap((parameter) => {
    const [location = "", ...rest] = parameter.split(".")
    const name = rest.join(".")
    const values = location === "header" ? headers[name.toLowerCase()] : parameters[name]
    return values?.some((value) => value !== "") ? [] : [name]
  })
}

// Parses the body of a request; undefined when it is not JSON, which no schema accepts.
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

// Splits and decodes the target of an HTTP request.

/** Splits a request target into path and query string; neither is decoded. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf("?")
  return mark === -1 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

/** @returns undefined when the text contains an invalid percent-encoding */
export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

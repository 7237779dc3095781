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

/** Every value by name, in the order of the query string. The names come from outside, so the prototype is null. */
export function queryLists(query: string): Record<string, string[]> {
  const lists: Record<string, string[]> = Object.create(null)
  for (const [name, value] of new URLSearchParams(query)) {
    const list = lists[name]
    if (list) list.push(value)
    else lists[name] = [value]
  }
  return lists
}

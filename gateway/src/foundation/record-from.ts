// Builds records whose keys come from outside, such as logical ids and route keys.

/** The entries as a record without a prototype: "constructor" and "__proto__" are keys like any other. */
export function recordFrom<Value>(entries: Iterable<readonly [string, Value]>): Record<string, Value> {
  const record: Record<string, Value> = Object.create(null)
  for (const [key, value] of entries) record[key] = value
  return record
}

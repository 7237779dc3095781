// Whether a record has an enumerable key, without a list of all keys: every event asks it.

export function hasKeys(record: object): boolean {
  for (const _ in record) return true
  return false
}

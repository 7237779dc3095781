// Reads records whose keys come from outside: `constructor` and `__proto__` find only what a record itself has.

export function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

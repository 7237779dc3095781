// Computes each value of a template once, and reports values that refer to themselves.

export type Once = <T>(key: string, scope: { fail(message: string): undefined }, compute: () => T) => T | undefined

/** A circular reference becomes a problem of the scope, which lists the members of the circle. */
export function createOnce(): Once {
  const resolved = new Map<string, unknown>()
  const inProgress = new Set<string>()

  return <T>(key: string, scope: { fail(message: string): undefined }, compute: () => T) => {
    if (resolved.has(key)) return resolved.get(key) as T
    if (inProgress.has(key)) {
      const circle = [...inProgress].slice([...inProgress].indexOf(key))
      return scope.fail(`Circular dependency between resources: [${[...circle, key].join(" -> ")}]`)
    }
    inProgress.add(key)
    try {
      const value = compute()
      resolved.set(key, value)
      return value
    } finally {
      inProgress.delete(key)
    }
  }
}

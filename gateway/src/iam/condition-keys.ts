// Finds the condition keys that policies mention, so that the values of other keys are never computed.
import type { ContextValue, RequestContext } from "../definition/permission.ts"
import type { NamedPolicy } from "./evaluate-policy.ts"

/** The keys of conditions and the names of policy variables, in lower case. */
export function mentionedKeys(policies: Iterable<NamedPolicy>): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const { document } of policies) {
    for (const statement of [document.Statement].flat()) {
      for (const block of Object.values(statement.Condition ?? {})) {
        for (const key of Object.keys(block)) keys.add(key.toLowerCase())
      }
      for (const [, name = ""] of JSON.stringify(statement).matchAll(/\$\{([^{},]+)/g))
        keys.add(name.trim().toLowerCase())
    }
  }
  return keys
}

/** The values of the mentioned keys. */
export function contextValues(context: RequestContext, mentioned: ReadonlySet<string>): Record<string, ContextValue> {
  const values: Record<string, ContextValue> = Object.create(null)
  for (const key in context) {
    if (!mentioned.has(key.toLowerCase())) continue
    const value = context[key]
    values[key] = typeof value === "function" ? value() : (value as ContextValue)
  }
  return values
}

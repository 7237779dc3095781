// Compiles the patterns of EventBridge rules and the filter policies of SNS and of event source mappings. A compiled
// pattern takes time that grows linearly with the event.
import { isRecord } from "./is-record.ts"
import { compileMatcher, InvalidPattern, type Matcher } from "./pattern-matcher.ts"

/** @returns whether a parsed event matches */
export type EventPattern = (event: unknown) => boolean

/** Whether a value, or the absence of one, matches the rule of a field. */
type FieldRule = (value: unknown) => boolean

/** @throws InvalidPattern */
export function compileEventPattern(pattern: unknown): EventPattern {
  if (!isRecord(pattern) || Object.keys(pattern).length === 0)
    throw new InvalidPattern("it is not an object with fields")
  return compileFields(pattern, [])
}

/** AWS: all fields must match (event-pattern-fields) */
function compileFields(pattern: Record<string, unknown>, path: readonly string[]): FieldRule {
  const rules = Object.entries(pattern).map(([name, value]): FieldRule => {
    const at = [...path, name]
    // AWS: one of the alternatives must match (event-pattern-or)
    if (name === "$or" && Array.isArray(value)) return anyOf(value.map((one) => alternative(one, at)))
    const rule = compileField(value, at)
    return (event) => rule(isRecord(event) && Object.hasOwn(event, name) ? event[name] : undefined)
  })
  return (event) => rules.every((rule) => rule(event))
}

function alternative(pattern: unknown, path: readonly string[]): FieldRule {
  if (isRecord(pattern)) return compileFields(pattern, path)
  throw new InvalidPattern(`${path.join(".")} must be a list of objects`)
}

function compileField(value: unknown, path: readonly string[]): FieldRule {
  if (isRecord(value)) {
    const fields = compileFields(value, path)
    // AWS: in an array of objects, one of them must match as a whole (event-pattern-arrays)
    return (nested) => (Array.isArray(nested) ? nested.flat(Number.POSITIVE_INFINITY).some(fields) : fields(nested))
  }
  if (!Array.isArray(value) || value.length === 0) {
    throw new InvalidPattern(`"${path.join(".")}" must be an object or an array that is not empty`)
  }
  return anyOf(value.map((one) => leafRule(compileMatcher(one, path.join(".")))))
}

function anyOf(rules: readonly FieldRule[]): FieldRule {
  return (value) => rules.some((rule) => rule(value))
}

function leafRule(matcher: Matcher): FieldRule {
  if (matcher.kind === "exists") return (value) => isLeaf(value) === matcher.exists
  const { matches } = matcher
  return (value) => {
    if (value === undefined || isRecord(value)) return false
    // AWS: of an array, one element must match (event-pattern-arrays)
    return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY).some(matches) : matches(value)
  }
}

/** AWS: `exists` looks at the values of fields, not at objects with fields (event-pattern-exists) */
function isLeaf(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.some((one) => !isRecord(one))
  return value !== undefined && !isRecord(value)
}

// Matches policy patterns: `*` for any text, `?` for one character, `${key}` for a value of the request.

const anyText = Symbol("*")
const oneCharacter = Symbol("?")

type Pattern = (string | typeof anyText | typeof oneCharacter)[]

/**
 * Whether `text` matches `pattern`. The time is at most proportional to the product of their lengths.
 *
 * @param variable looks up a policy variable; a pattern whose variable has no value matches nothing. Without it `${…}`
 * are plain characters, as in policies of version 2008-10-17.
 */
export function matchesGlob(pattern: string, text: string, variable?: (name: string) => string | undefined): boolean {
  const parsed = parse(pattern, variable)
  return parsed !== undefined && matches(parsed, text)
}

/** Whether `text` equals `pattern` after substitution; `*` and `?` are plain characters. */
export function equalsPattern(pattern: string, text: string, variable?: (name: string) => string | undefined): boolean {
  return substitute(pattern, variable) === text
}

/** Substitutes the variables of a pattern; `undefined` when one has no value. */
export function substitute(pattern: string, variable?: (name: string) => string | undefined): string | undefined {
  const values = pieces(pattern, variable)?.map((piece) => (typeof piece === "string" ? piece : piece.value))
  return values?.join("")
}

function parse(pattern: string, variable?: (name: string) => string | undefined): Pattern | undefined {
  return pieces(pattern, variable)?.flatMap<Pattern[number]>((piece) => {
    // The value of a variable is literal: a caller named `*` must not match everything.
    if (typeof piece !== "string") return [...piece.value]
    return [...piece].map((character) => (character === "*" ? anyText : character === "?" ? oneCharacter : character))
  })
}

function pieces(
  pattern: string,
  variable?: (name: string) => string | undefined,
): (string | { value: string })[] | undefined {
  if (!variable || !pattern.includes("${")) return [pattern]
  const found: (string | { value: string })[] = []
  let end = 0
  for (const match of pattern.matchAll(/\$\{([^{}]+)\}/g)) {
    found.push(pattern.slice(end, match.index))
    const value = variableValue(match[1] ?? "", variable)
    if (value === undefined) return undefined
    found.push({ value })
    end = match.index + match[0].length
  }
  found.push(pattern.slice(end))
  return found
}

function variableValue(inner: string, variable: (name: string) => string | undefined): string | undefined {
  // AWS: `${*}`, `${?}` and `${$}` are those characters (permissions-policy-variables)
  if (inner === "*" || inner === "?" || inner === "$") return inner
  const [, name = "", fallback] = /^([^,]+?)\s*(?:,\s*'([^']*)')?$/.exec(inner) ?? []
  return variable(name) ?? fallback
}

function matches(pattern: Pattern, text: string): boolean {
  const characters = [...text]
  let at = 0
  let next = 0
  let star = -1
  let starAt = 0
  while (at < characters.length) {
    const expected = pattern[next]
    if (expected === anyText) {
      star = next++
      starAt = at
    } else if (expected === oneCharacter || expected === characters[at]) {
      next++
      at++
    } else if (star >= 0) {
      next = star + 1
      at = ++starAt
    } else {
      return false
    }
  }
  while (pattern[next] === anyText) next++
  return next === pattern.length
}

// Runs the regular expressions of Java's String methods, which a template applies to the messages of clients.
import { type Context, createContext, Script } from "node:vm"

export class RegexError extends Error {
  override readonly name = "RegexError"
}

/** An expression can take exponential time on a message that is made for it. */
const MAX_MS = 250

const inputs = { expression: /^/, text: "", replacement: "" }
/** Created when the first expression runs: few templates have one. */
let context: Context | undefined
const replaceScript = new Script("inputs.text.replace(inputs.expression, inputs.replacement)")
const testScript = new Script("inputs.expression.test(inputs.text)")
const matchScript = new Script("[...inputs.text.matchAll(inputs.expression)]")

/** @throws RegexError */
export function replaceRegex(text: string, { regex, replacement, all }: Replacement): string {
  inputs.replacement = javaReplacement(replacement)
  return run(replaceScript, text, compile(regex, all ? "g" : "")) as string
}

export type Replacement = { regex: string; replacement: string; all: boolean }

/** Whether the whole text matches. @throws RegexError */
export function matchesRegex(text: string, regex: string): boolean {
  return run(testScript, text, compile(`^(?:${regex})$`)) as boolean
}

/**
 * Java drops empty texts at the end.
 * @param limit the number of parts at most; the last one has the rest of the text
 * @throws RegexError
 */
export function splitByRegex(text: string, regex: string, limit = 0): string[] {
  const found = run(matchScript, text, compile(regex, "g")) as Iterable<RegExpExecArray>
  const parts: string[] = []
  let at = 0
  for (const { 0: separator, index } of found) {
    if (limit > 0 && parts.length === limit - 1) break
    // A separator without characters splits between characters, but not before the first or after the last.
    if (separator === "" && (index === 0 || index === text.length)) continue
    parts.push(text.slice(at, index))
    at = index + separator.length
  }
  parts.push(text.slice(at))
  if (limit === 0) while (parts.length > 1 && parts.at(-1) === "") parts.pop()
  return parts
}

const compiled = new Map<string, RegExp>()

function compile(regex: string, flags = ""): RegExp {
  const key = `${flags} ${regex}`
  const known = compiled.get(key)
  if (known) return known
  const expression = createRegExp(regex, flags)
  // Expressions can be made of messages, so the cache is bounded.
  if (compiled.size > 500) compiled.clear()
  compiled.set(key, expression)
  return expression
}

function createRegExp(regex: string, flags: string): RegExp {
  // Java has flags at the start of an expression, and possessive quantifiers.
  const [, own = "", rest = regex] = /^\(\?([ims]+)\)(.*)$/s.exec(regex) ?? []
  try {
    return new RegExp(
      rest.replaceAll(/\\[ZzA]/g, (anchor) => (anchor === "\\A" ? "^" : "$")),
      flags + own,
    )
  } catch {
    throw new RegexError(`The regular expression ${regex} is not supported.`)
  }
}

function run(script: Script, text: string, expression: RegExp): unknown {
  expression.lastIndex = 0
  inputs.text = text
  inputs.expression = expression
  context ??= createContext(Object.assign(Object.create(null), { inputs }))
  try {
    return script.runInContext(context, { timeout: MAX_MS })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error
    throw new RegexError(`The regular expression ${expression.source} took more than ${MAX_MS} ms.`)
  }
}

/** Java: `$1` is a group, and a backslash makes the next character text. */
function javaReplacement(replacement: string): string {
  return replacement.replaceAll(/\\(.)|\$(\d)|\$/gs, (found, escaped, group) => {
    if (escaped !== undefined) return escaped === "$" ? "$$" : escaped
    return group === undefined ? "$$" : found
  })
}

// Expands `Fn::ForEach` of the transform AWS::LanguageExtensions, before a template is split into its sections.
// AWS: an entry is repeated for each value, which replaces `${Identifier}` and `&{Identifier}` (template-for-each)
import { GatewayError } from "../../foundation/errors.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"

/** Values of the template's parameters, which a collection can refer to. */
export type ForEachScope = { path: string; parameters: ReadonlyMap<string, string> }

/** Nested loops could fill the memory. */
const MAX_ENTRIES = 10_000

/** @throws GatewayError TEMPLATE_UNREADABLE for a loop that is not valid */
export function expandForEach(body: Record<string, unknown>, scope: ForEachScope): Record<string, unknown> {
  const budget = { left: MAX_ENTRIES }
  const expanded = expand(body, { ...scope, body, budget })
  return isRecord(expanded) ? expanded : body
}

type Context = ForEachScope & { body: Record<string, unknown>; budget: { left: number } }

function expand(value: unknown, context: Context): unknown {
  if (Array.isArray(value)) return value.map((one) => expand(one, context))
  if (!isRecord(value)) return value
  const entries = Object.entries(value).flatMap(([name, entry]): [string, unknown][] =>
    name.startsWith("Fn::ForEach::") ? entriesOfLoop(name, entry, context) : [[name, expand(entry, context)]],
  )
  return recordFrom(entries)
}

function entriesOfLoop(name: string, loop: unknown, context: Context): [string, unknown][] {
  const [identifier, collection, output] = Array.isArray(loop) ? loop : []
  if (typeof identifier !== "string" || !isRecord(output)) {
    throw invalid(context, name, "has the form [Identifier, [values], { key: value }]")
  }
  return valuesOf(collection, name, context).flatMap((value) => {
    if (--context.budget.left < 0) throw invalid(context, name, `yields more than ${MAX_ENTRIES} entries`)
    const repeated = expand(substitute(output, identifier, value), context)
    return isRecord(repeated) ? Object.entries(repeated) : []
  })
}

function valuesOf(collection: unknown, name: string, { body, parameters, path }: Context): string[] {
  const parameter = isRecord(collection) ? collection.Ref : undefined
  if (typeof parameter === "string") {
    const declared = isRecord(body.Parameters) && Object.hasOwn(body.Parameters, parameter)
    const own = declared ? (body.Parameters as Record<string, unknown>)[parameter] : undefined
    const given = parameters.get(parameter) ?? (isRecord(own) ? own.Default : undefined)
    if (typeof given === "string") return given.split(",").map((one) => one.trim())
  }
  if (Array.isArray(collection) && collection.every((one) => typeof one !== "object")) return collection.map(String)
  throw invalid({ path }, name, "needs a list of texts, or a Ref to a parameter that is a list and has a value")
}

/** A copy with the identifier replaced by a value, in keys, in texts and as `Ref`. */
function substitute(value: unknown, identifier: string, replacement: string): unknown {
  const inText = (text: string) =>
    text
      .replaceAll(`\${${identifier}}`, replacement)
      // AWS: with an ampersand, characters that a logical id cannot contain are removed (template-for-each)
      .replaceAll(`&{${identifier}}`, replacement.replaceAll(/[^A-Za-z0-9]/g, ""))
  if (typeof value === "string") return inText(value)
  if (Array.isArray(value)) return value.map((one) => substitute(one, identifier, replacement))
  if (!isRecord(value)) return value
  if (value.Ref === identifier && Object.keys(value).length === 1) return replacement
  return recordFrom(
    Object.entries(value).map(([key, entry]) => [inText(key), substitute(entry, identifier, replacement)]),
  )
}

function invalid({ path }: Pick<Context, "path">, name: string, problem: string): GatewayError {
  return new GatewayError("TEMPLATE_UNREADABLE", `${path}: ${name} ${problem}.`, {
    hint: `Write it as "Fn::ForEach::Name": ["Item", ["a", "b"], { "Topic\${Item}": { … } }].`,
  })
}

// `$context` of a mapping template: the variables of the request, and the overrides that a template may set.
import type { TransactionRecord } from "../../definition/record.ts"
import { ownValue } from "../../foundation/own-value.ts"
import { TemplateRenderError } from "./render.ts"
import { HostObject, textOf, type Value } from "./value.ts"

/** AWS: each parameter may be set once (vtl-override-once) */
class OverrideMap extends Map<string, Value> {
  override set(key: string, value: Value): this {
    if (this.has(key)) throw new TemplateRenderError(`The override of ${key} is set twice.`)
    return super.set(key, value)
  }
}

const groups = () => new Map<string, Value>(["header", "path", "querystring"].map((name) => [name, new OverrideMap()]))

/** One per request: overrides of the request template are visible in the response template. */
export class ContextObject extends HostObject {
  readonly #record: Pick<TransactionRecord, "context" | "authorizer">
  readonly #requestOverride = groups()
  readonly #responseOverride = new Map<string, Value>([["header", new OverrideMap()]])

  constructor(record: Pick<TransactionRecord, "context" | "authorizer">) {
    super()
    this.#record = record
  }

  override property(name: string): Value {
    const { context, authorizer } = this.#record
    if (name === "requestOverride") return this.#requestOverride
    if (name === "responseOverride") return this.#responseOverride
    // AWS: the values of an authorizer are texts (vtl-context-authorizer)
    if (name === "authorizer") return new Map(Object.entries(authorizer ?? {}))
    if (Object.hasOwn(context, name)) return context[name] ?? null
    return this.#group(`${name}.`)
  }

  override call(name: string, args: readonly Value[]): Value {
    return name === "get" ? this.property(textOf(args[0] ?? "")) : null
  }

  /** The text of a variable by its full name, such as `identity.sourceIp`, for parameter mappings. */
  variable(name: string): string | undefined {
    const { context, authorizer } = this.#record
    const value = ownValue(context, name)
    if (value !== undefined) return String(value)
    return name.startsWith("authorizer.") ? ownValue(authorizer ?? {}, name.slice("authorizer.".length)) : undefined
  }

  /** `identity.sourceIp` and the like, as a map. */
  #group(prefix: string): Value {
    const entries = Object.entries(this.#record.context).flatMap(([name, value]): [string, Value][] =>
      name.startsWith(prefix) && value !== undefined ? [[name.slice(prefix.length), value]] : [],
    )
    return entries.length === 0 ? null : new Map(entries)
  }

  requestOverride(group: "header" | "path" | "querystring"): ReadonlyMap<string, string> {
    return texts(this.#requestOverride.get(group))
  }

  responseHeaders(): ReadonlyMap<string, string> {
    return texts(this.#responseOverride.get("header"))
  }

  /** undefined when no template set one, or set no number. */
  responseStatus(): number | undefined {
    const status = Number(textOf(this.#responseOverride.get("status") ?? ""))
    return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined
  }
}

function texts(values: Value | undefined): ReadonlyMap<string, string> {
  if (!(values instanceof Map)) return new Map()
  return new Map([...values].map(([key, value]) => [key, textOf(value)]))
}

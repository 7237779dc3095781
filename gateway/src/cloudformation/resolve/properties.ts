// Reads a resource's resolved properties as the types that CloudFormation accepts for them ("30" is a number there).
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"

export type Properties = {
  names(): string[]
  value(name: string): unknown
  text(name: string): string | undefined
  number(name: string): number | undefined
  flag(name: string): boolean | undefined
  /** A text that must be one of `choices`. */
  oneOf<const Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined
  /** A list of texts. A single text counts as a list of one. Empty when absent. */
  texts(name: string): string[]
  /** A map of texts, each value as text. Empty when absent. */
  map(name: string): Record<string, string>
  object(name: string): Properties | undefined
  /** A list of objects. Empty when absent. */
  objects(name: string): Properties[]
  /** The text. Reports a problem and returns "" when it is missing. */
  required(name: string): string
}

export type PropertySource = {
  names(): string[]
  value(name: string): unknown
  /** Whether resolving the property already reported a problem. A missing value then needs no second report. */
  failed?(name: string): boolean
}

/**
 * @param path prefix of property names in problems, such as `DefaultRouteSettings.`.
 * @param problem receives a message for each value of a wrong type.
 */
export function readProperties(
  source: PropertySource,
  path: string,
  problem: (message: string) => undefined,
): Properties {
  function text(name: string): string | undefined {
    const value = source.value(name)
    if (value === undefined || value === null) return undefined
    return typeof value === "object" ? reportType(name, "a text", value) : String(value)
  }
  function reportType(name: string, expected: string, value: unknown): undefined {
    return problem(`${path}${name} must be ${expected}, not ${JSON.stringify(value)}.`)
  }
  function nested(value: unknown, at: string): Properties | undefined {
    if (isRecord(value)) {
      const own = new Map(Object.entries(value))
      return readProperties({ names: () => [...own.keys()], value: (name) => own.get(name) }, `${path}${at}.`, problem)
    }
    return value === undefined ? undefined : reportType(at, "a map", value)
  }
  return {
    names: source.names,
    value: source.value,
    text,
    number(name) {
      const value = source.value(name)
      if (value === undefined) return undefined
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value
      return typeof number === "number" && Number.isFinite(number) ? number : reportType(name, "a number", value)
    },
    flag(name) {
      const value = source.value(name)
      if (value === undefined) return undefined
      if (value === true || value === "true") return true
      if (value === false || value === "false") return false
      return reportType(name, "true or false", value)
    },
    oneOf(name, choices) {
      const value = text(name)
      const found = choices.find((choice) => choice === value)
      if (value === undefined || found !== undefined) return found
      return problem(`${path}${name} must be one of ${choices.join(", ")}, not ${value}.`)
    },
    texts(name) {
      const value = source.value(name)
      if (value === undefined) return []
      return (Array.isArray(value) ? value : [value]).map(String)
    },
    map(name) {
      const value = source.value(name)
      if (value === undefined) return recordFrom([])
      if (!isRecord(value)) return reportType(name, "a map", value) ?? recordFrom([])
      return recordFrom(
        Object.entries(value).map(([key, entry]) => [
          key,
          typeof entry === "object" ? JSON.stringify(entry) : String(entry),
        ]),
      )
    },
    object: (name) => nested(source.value(name), name),
    objects(name) {
      const value = source.value(name)
      if (value === undefined) return []
      return (Array.isArray(value) ? value : [value]).flatMap((entry, index) => nested(entry, `${name}.${index}`) ?? [])
    },
    required(name) {
      const value = text(name)
      const isMissing = (source.value(name) ?? undefined) === undefined && !source.failed?.(name)
      if (isMissing) problem(`${path}${name} is required.`)
      return value ?? ""
    },
  }
}

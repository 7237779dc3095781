// Reads a resource's resolved properties as the types that CloudFormation accepts for them ("30" is a number there).
import { isRecord } from "../../foundation/is-record.ts"

export type Properties = {
  names(): string[]
  value(name: string): unknown
  text(name: string): string | undefined
  number(name: string): number | undefined
  flag(name: string): boolean | undefined
  /** A list of texts; one text counts as a list of one. Empty when absent. */
  texts(name: string): string[]
  /** A map of texts, each value as text. Empty when absent. */
  map(name: string): Record<string, string>
  object(name: string): Properties | undefined
  /** A list of objects; empty when absent. */
  objects(name: string): Properties[]
  /** The text, or a problem when it is missing. */
  required(name: string): string
}

/** @param problem is told, with the property's path, of each value of a wrong type. */
export function readProperties(
  source: { names(): string[]; value(name: string): unknown },
  path: string,
  problem: (message: string) => undefined,
): Properties {
  function text(name: string): string | undefined {
    const value = source.value(name)
    if (value === undefined || value === null) return undefined
    return typeof value === "object" ? wrong(name, "a text", value) : String(value)
  }
  function wrong(name: string, expected: string, value: unknown): undefined {
    return problem(`${path}${name} must be ${expected}, not ${JSON.stringify(value)}.`)
  }
  function nested(value: unknown, at: string): Properties | undefined {
    if (isRecord(value))
      return readProperties({ names: () => Object.keys(value), value: (name) => value[name] }, `${path}${at}.`, problem)
    return value === undefined ? undefined : wrong(at, "a map", value)
  }
  return {
    names: source.names,
    value: source.value,
    text,
    number(name) {
      const value = source.value(name)
      if (value === undefined) return undefined
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value
      return typeof number === "number" && Number.isFinite(number) ? number : wrong(name, "a number", value)
    },
    flag(name) {
      const value = source.value(name)
      if (value === undefined) return undefined
      if (value === true || value === "true") return true
      if (value === false || value === "false") return false
      return wrong(name, "true or false", value)
    },
    texts(name) {
      const value = source.value(name)
      if (value === undefined) return []
      return (Array.isArray(value) ? value : [value]).map(String)
    },
    map(name) {
      const value = source.value(name)
      if (value === undefined) return {}
      if (!isRecord(value)) return wrong(name, "a map", value) ?? {}
      return Object.fromEntries(
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
    required: (name) => text(name) ?? problem(`${path}${name} is required.`) ?? "",
  }
}

// Reads the JSON body of a request to the console's API.
import { isRecord } from "../../foundation/is-record.ts"

/** The fields of a request, checked when they are read. Each throws an Error that names the field. */
export type Input = ReturnType<typeof inputOf>

export function inputOf(body: string) {
  const fields: unknown = JSON.parse(body)
  if (!isRecord(fields)) throw new Error("The body is not a JSON object.")
  const given = new Map(Object.entries(fields))
  const optional = (name: string) => {
    const value = given.get(name)
    if (value === undefined || value === null || value === "") return undefined
    if (typeof value !== "string") throw new Error(`"${name}" is not a text.`)
    return value
  }
  const text = (name: string) => {
    const value = given.get(name)
    if (typeof value !== "string") throw new Error(`"${name}" is missing.`)
    return value
  }
  return {
    fields,
    optional,
    text,
    number(name: string): number {
      const value = given.get(name)
      if (typeof value !== "number") throw new Error(`"${name}" is not a number.`)
      return value
    },
    list(name: string): string[] {
      const value = given.get(name) ?? []
      if (!Array.isArray(value)) throw new Error(`"${name}" is not a list.`)
      return value.map(String)
    },
    headers(): Record<string, string> {
      const value = given.get("headers") ?? {}
      if (!isRecord(value)) throw new Error('"headers" is not an object.')
      return Object.assign(
        Object.create(null),
        Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)])),
      )
    },
    reason(): string {
      const reason = optional("reason") ?? ""
      if (Buffer.byteLength(reason) > 123) throw new Error("A close reason has at most 123 bytes.")
      return reason
    },
    /** RFC 6455: the codes that an endpoint may send. */
    closeCode(): number {
      const code = Number(given.get("code") ?? 1000)
      const isStandard = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)
      if (Number.isInteger(code) && (isStandard || (code >= 3000 && code <= 4999))) return code
      throw new Error(`${given.get("code")} is not a close code that can be sent. Use 1000 to 1014 or 3000 to 4999.`)
    },
  }
}

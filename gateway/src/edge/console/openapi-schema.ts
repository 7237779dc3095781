// The parts of an OpenAPI document from which operations are described.

export type Schema = Readonly<Record<string, unknown>>

export type Operation = {
  route: `${"GET" | "POST"} /${string}`
  summary: string
  /** Parameters of the query string, all texts. */
  query?: Readonly<Record<string, string>>
  body?: Schema
  response: Schema
}

export const text: Schema = { type: "string" }
export const whole: Schema = { type: "integer" }
export const number: Schema = { type: "number" }
export const json: Schema = { type: "object" }

export const time = (description: string): Schema => ({
  ...number,
  description: `${description} Milliseconds since the epoch.`,
})
export const list = (items: Schema): Schema => ({ type: "array", items })
export const choice = (...values: readonly string[]): Schema => ({ type: "string", enum: values })

/** @param optional names of fields that may be absent */
export function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: "object", properties, ...(required.length > 0 && { required }) }
}

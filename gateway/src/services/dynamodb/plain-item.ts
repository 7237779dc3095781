// Converts items of DynamoDB to plain JSON for reading.

/** As in DynamoDB's JSON, where bytes are base64. */
export type Attribute = {
  S?: string
  N?: string
  B?: string
  BOOL?: boolean
  NULL?: boolean
  SS?: string[]
  NS?: string[]
  BS?: string[]
  L?: Attribute[]
  M?: Item
}

export type Item = Readonly<Record<string, Attribute>>

export function plainItem(item: Item): Record<string, unknown> {
  const plain: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(item)) plain[name] = plainValue(value)
  return plain
}

function plainValue(value: Attribute): unknown {
  if (value.N !== undefined) return numberOf(value.N)
  if (value.NS !== undefined) return value.NS.map(numberOf)
  if (value.L !== undefined) return value.L.map(plainValue)
  if (value.M !== undefined) return plainItem(value.M)
  if (value.NULL) return null
  return value.S ?? value.SS ?? value.B ?? value.BS ?? value.BOOL
}

/** A number with more digits than JavaScript's numbers have stays a text. */
function numberOf(text: string): number | string {
  const number = Number(text)
  return String(number) === text ? number : text
}

// Converts items of DynamoDB to plain JSON for reading.
import type { AttributeValue } from "@aws-sdk/client-dynamodb"

export function plainItem(item: Record<string, AttributeValue>): Record<string, unknown> {
  const plain: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(item)) plain[name] = plainValue(value)
  return plain
}

function plainValue(value: AttributeValue): unknown {
  if (value.N !== undefined) return numberOf(value.N)
  if (value.NS !== undefined) return value.NS.map(numberOf)
  if (value.B !== undefined) return base64(value.B)
  if (value.BS !== undefined) return value.BS.map(base64)
  if (value.L !== undefined) return value.L.map(plainValue)
  if (value.M !== undefined) return plainItem(value.M)
  if (value.NULL) return null
  return value.S ?? value.SS ?? value.BOOL
}

/** A number with more digits than JavaScript's numbers have stays a text. */
function numberOf(text: string): number | string {
  const number = Number(text)
  return String(number) === text ? number : text
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64")
}

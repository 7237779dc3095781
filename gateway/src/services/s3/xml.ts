// Encodes and decodes the text of XML elements.

const toEntity: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
}
const fromEntity: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["amp", "&"],
])

export function encodeXml(text: string): string {
  return text.replace(/[&<>"']/g, (one) => toEntity[one] ?? one)
}

export function decodeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (entity, hex, decimal, name) => {
    if (hex) return character(Number.parseInt(hex, 16)) ?? entity
    if (decimal) return character(Number(decimal)) ?? entity
    return fromEntity.get(name) ?? entity
  })
}

/** @returns undefined for a number that is not one of a character */
function character(codePoint: number): string | undefined {
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
  return codePoint > 0x10ffff || isSurrogate ? undefined : String.fromCodePoint(codePoint)
}

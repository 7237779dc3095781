// Encodes and decodes the text of XML elements.

const toEntity: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
}
const fromEntity: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" }

export function encodeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => toEntity[character] ?? character)
}

export function decodeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (entity, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal) return String.fromCodePoint(Number(decimal))
    return Object.hasOwn(fromEntity, name) ? (fromEntity[name] ?? entity) : entity
  })
}

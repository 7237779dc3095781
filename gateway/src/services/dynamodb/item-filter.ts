// Matches items against the words of a filter: `done` in any attribute, `status:done` in the attribute `status`.

export type ItemFilter = (item: Record<string, unknown>) => boolean

export function itemFilter(text: string): ItemFilter {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
  return (item) => words.every((word) => hasWord(item, word))
}

function hasWord(item: Record<string, unknown>, word: string): boolean {
  const [, name, text] = /^([^:]+):(.+)$/.exec(word) ?? []
  const attributes = Object.entries(item)
  const isNamed = ([attribute, value]: [string, unknown]) =>
    attribute.toLowerCase() === name && textOf(value).includes(text ?? "")
  if (name !== undefined && attributes.some(isNamed)) return true
  // A value may have a colon too.
  return attributes.some(([, value]) => textOf(value).includes(word))
}

function textOf(value: unknown): string {
  return (typeof value === "string" ? value : JSON.stringify(value)).toLowerCase()
}

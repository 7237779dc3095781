// Picks a sample from a long list, the same one each time.

/** At most `limit` of the items, evenly distributed, in their order. */
export function sampleEvenly<Item>(items: readonly Item[], limit: number): readonly Item[] {
  if (items.length <= limit) return items
  return Array.from({ length: limit }, (_, index) => items[Math.floor((index * items.length) / limit)] as Item)
}

/** At most `limit` of the texts with at most `characters` in all: when there are more, each gets an equal share. */
export function sampleTexts(texts: readonly string[], limit: number, characters: number): readonly string[] {
  const sample = sampleEvenly(texts, limit)
  const total = sample.reduce((sum, text) => sum + text.length, 0)
  if (total <= characters) return sample
  const share = Math.floor(characters / sample.length)
  return sample.map((text) => text.slice(0, share))
}

// Picks a sample from a long list, the same one each time.

/** At most `limit` of the items, evenly distributed, in their order. */
export function sampleEvenly<Item>(items: readonly Item[], limit: number): readonly Item[] {
  if (items.length <= limit) return items
  return Array.from({ length: limit }, (_, index) => items[Math.floor((index * items.length) / limit)] as Item)
}

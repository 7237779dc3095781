// A sample of something long, the same one each time.

/** At most `limit` of the items, evenly spread, in their order. */
export function spread<Item>(items: readonly Item[], limit: number): readonly Item[] {
  if (items.length <= limit) return items
  return Array.from({ length: limit }, (_, index) => items[Math.floor((index * items.length) / limit)] as Item)
}

// Searches a sorted list by halves.

/**
 * @param isReached false for the items before a place, and true for all from there on
 * @returns the index of the first item that is reached; the length of the list when none is
 */
export function firstIndex<Item>(items: readonly Item[], isReached: (item: Item) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isReached(items[middle] as Item)) high = middle
    else low = middle + 1
  }
  return low
}

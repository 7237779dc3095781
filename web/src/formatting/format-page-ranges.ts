// Formats page numbers as ranges.

/** `formatPageRanges([2, 3, 4, 9])` is "2–4, 9". The pages must be in ascending order. */
export function formatPageRanges(pages: readonly number[]): string {
  const ranges: { from: number; to: number }[] = []
  for (const page of pages) {
    const last = ranges.at(-1)
    if (last && page === last.to + 1) last.to = page
    else ranges.push({ from: page, to: page })
  }
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`)).join(", ")
}

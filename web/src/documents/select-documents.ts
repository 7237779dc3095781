// Filters documents by a search text and sorts them.
import { type DocumentItem, type Phase, phaseOf } from "./document-item.ts"

export const sortOrders = { newest: "Newest first", name: "Name", status: "Status", size: "Largest first" } as const
export type SortOrder = keyof typeof sortOrders

const rank: Record<Phase, number> = { active: 0, failed: 1, cancelled: 2, complete: 3 }
const compareNames = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare

const comparators: Record<SortOrder, (one: DocumentItem, other: DocumentItem) => number> = {
  // The order of the list.
  newest: () => 0,
  name: (one, other) => compareNames(one.fileName, other.fileName),
  status: (one, other) => rank[phaseOf(one)] - rank[phaseOf(other)],
  size: (one, other) => other.sizeBytes - one.sizeBytes,
}

/** @param search words that a document has all of, in its name, title, key phrases or names */
export function selectDocuments(
  items: readonly DocumentItem[],
  { search, order }: { search: string; order: SortOrder },
): DocumentItem[] {
  const words = normalize(search).split(/\s+/).filter(Boolean)
  return items.filter((item) => words.every((word) => textOf(item).includes(word))).toSorted(comparators[order])
}

function textOf({ fileName, insights }: DocumentItem): string {
  if (insights.step !== "loaded") return normalize(fileName)
  const { title, keyphrases, people, places, organizations } = insights.insights
  const phrases = [...keyphrases, ...people, ...places, ...organizations].map(({ text }) => text)
  return normalize([fileName, title ?? "", ...phrases].join("\n"))
}

/** Ignores case, accents and forms of width. */
function normalize(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
}

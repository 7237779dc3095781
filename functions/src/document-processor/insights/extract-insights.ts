// What can be said about a document from its text.
import type { Insights } from "@document-insight/protocol"

const wordsPerMinute = 230

export type DocumentText = { title: string | null; pages: readonly string[] }

export async function extractInsights({ title, pages }: DocumentText): Promise<Insights> {
  const text = pages.join("\n")
  const words = text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)?.length ?? 0
  return {
    title,
    language: null,
    pages: pages.length,
    words,
    characters: text.length,
    readingMinutes: Math.ceil(words / wordsPerMinute),
    summary: [],
    keyphrases: [],
    people: [],
    places: [],
    organizations: [],
    pagesWithoutText: pages.flatMap((page, index) => (page.trim() === "" ? [index + 1] : [])),
  }
}

// The states of the gallery in which a document is read or searched.
import type { Insights } from "@document-insight/protocol"
import type { DocumentView } from "../browser/document-route.ts"
import { complete, type GalleryState } from "./gallery-state.ts"
import { arabic, english, japanese } from "./sample-insights.ts"
import { arabicPage, englishPage, japanesePage } from "./sample-pages.ts"
import type { GalleryWorld } from "./world.ts"

export const readerStates: readonly GalleryState[] = [
  {
    name: "reading",
    title: "A page of a document, with a phrase marked",
    arrange: { before: (world) => open(world, english, { page: 12, find: "district heating" }, [12, englishPage]) },
  },
  {
    name: "reading-arabic",
    title: "A page that is written from right to left",
    arrange: { before: (world) => open(world, arabic, { page: 3 }, [3, arabicPage]) },
  },
  {
    name: "reading-japanese",
    title: "A page in Japanese, with a phrase marked",
    arrange: { before: (world) => open(world, japanese, { page: 3, find: "工程" }, [3, japanesePage]) },
  },
  {
    name: "reading-blank",
    title: "A page without text",
    arrange: { before: (world) => open(world, english, { page: 2 }, [2, ""]) },
  },
  {
    name: "reading-recognized",
    title: "A scanned page whose text was recognized",
    arrange: {
      before: (world) => open(world, { ...english, recognizedPages: [12] }, { page: 12 }, [12, englishPage]),
    },
  },
  {
    name: "reading-truncated",
    title: "A page of which only the start is kept",
    arrange: {
      before(world) {
        world.truncatedPage = 12
        open(world, english, { page: 12 }, [12, englishPage])
      },
    },
  },
  {
    name: "reading-failed",
    title: "A page whose text is gone",
    arrange: { before: (world) => open(world, english, { page: 2 }) },
  },
  {
    name: "search",
    title: "A search in a document",
    arrange: {
      before: (world) =>
        open(
          world,
          english,
          { find: "heating" },
          [4, englishPage.slice(500)],
          [12, englishPage],
          [61, englishPage.slice(200)],
        ),
    },
  },
  {
    name: "search-nothing",
    title: "A search in a document that finds nothing",
    arrange: { before: (world) => open(world, english, { find: "nuclear" }, [12, englishPage]) },
  },
]

function open(world: GalleryWorld, insights: Insights, view: DocumentView, ...pages: [number, string][]): void {
  world.expandedId = world.document("annual-report-2026.pdf", 4_200_000, complete(insights.pages), insights)
  world.view = view
  for (const [page, text] of pages) world.pages.set(page, text)
}

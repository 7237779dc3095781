// The states of the gallery in which a model writes the summary.
import { complete, type GalleryState } from "./gallery-state.ts"
import { written } from "./sample-insights.ts"

const { pages, summary } = written

export const summaryStates: readonly GalleryState[] = [
  {
    name: "summary-growing",
    title: "A model writes the summary",
    arrange: {
      before: (world) =>
        world.document("annual-report-2026.pdf", 4_200_000, {
          status: "progress",
          sequence: 3,
          pagesProcessed: pages,
          totalPages: pages,
          percentComplete: 100,
          summaryText: summary[0]?.slice(0, 140) ?? "",
        }),
    },
  },
  {
    name: "summary-written",
    title: "A summary that a model wrote",
    arrange: {
      before(world) {
        world.expandedId = world.document("annual-report-2026.pdf", 4_200_000, complete(pages), written)
      },
    },
  },
]

// What a state of the gallery is, and the progress of a document that is complete.
import type { Progress } from "@document-insight/protocol"
import type { GalleryWorld } from "./world.ts"

type Step = (world: GalleryWorld) => unknown

export type GalleryState = {
  name: string
  title: string
  /** Before the page opens, with its documents, and after it was rendered. */
  arrange: { before?: Step; documents?: Step; after?: Step }
}

export const complete = (pages: number): Partial<Progress> => ({
  status: "processing_complete",
  sequence: 9,
  pagesProcessed: pages,
  totalPages: pages,
  percentComplete: 100,
})

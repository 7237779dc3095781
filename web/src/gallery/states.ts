// The states of the page that the gallery shows.
import type { Progress } from "@document-insight/protocol"
import { failureStates } from "./failure-states.ts"
import { addFiles, drag, enter, file } from "./gallery-actions.ts"
import { complete, type GalleryState } from "./gallery-state.ts"
import { nameStates } from "./name-states.ts"
import { readerStates } from "./reader-states.ts"
import { arabic, english, japanese, recognized, scanned, table, unreadable } from "./sample-insights.ts"
import { signInStates } from "./sign-in-states.ts"
import { summaryStates } from "./summary-states.ts"
import type { GalleryWorld } from "./world.ts"

const inProgress = (pagesProcessed: number, totalPages: number): Partial<Progress> => ({
  status: "progress",
  sequence: 3,
  pagesProcessed,
  totalPages,
  percentComplete: Math.floor((100 * pagesProcessed) / totalPages),
})

function aList(world: GalleryWorld): void {
  world.document("annual-report-2026.pdf", 4_200_000, complete(english.pages), english)
  world.document("品質管理の手引き.pdf", 1_900_000, complete(japanese.pages), japanese)
  world.document("price-list.txt", 48_000, complete(table.pages), table)
  world.document("scan-0042.pdf", 9_400_000, complete(scanned.pages), scanned)
  world.document("تقرير الطاقة.docx", 310_000, complete(arabic.pages), arabic)
}

function threeInProgress(world: GalleryWorld): void {
  world.document("minutes.docx", 88_000, inProgress(2, 14))
  world.document("annual-report-2026.pdf", 4_200_000, inProgress(20, 86))
  world.document("court-records.pdf", 41_000_000, inProgress(120, 2400))
}

async function advance(world: GalleryWorld): Promise<void> {
  await world.settled()
  for (let step = 1; step <= 3; step++) {
    world.progress("d-1", 2 + step, 0.4)
    world.progress("d-2", 20 + 9 * step, 0.5)
    world.progress("d-3", 120 + 21 * step, 0.6)
  }
}

export const galleryStates: readonly GalleryState[] = [
  { name: "empty", title: "No documents yet", arrange: {} },
  { name: "drop-target", title: "Files are dragged over the page", arrange: { after: () => drag() } },
  {
    name: "uploading",
    title: "Uploading, three at a time, and two in the queue",
    arrange: {
      async documents(world) {
        await addFiles(world, [
          file("annual-report-2026.pdf", 14),
          file("minutes.docx", 2),
          file("field-notes.md", 1),
          file("contract-draft.pdf", 3),
          file("contract-final.pdf", 3),
        ])
        for (const fraction of [0.1, 0.22, 0.35]) {
          world.pass(1)
          for (const [index, upload] of world.uploads.entries()) upload.onProgress(Math.min(1, fraction * (index + 1)))
        }
      },
    },
  },
  {
    name: "waiting",
    title: "Waiting to be processed, and processing started",
    arrange: {
      before(world) {
        world.document("minutes.docx", 88_000, {})
        world.document("annual-report-2026.pdf", 4_200_000, { status: "processing_started", sequence: 2 })
      },
    },
  },
  {
    name: "processing",
    title: "Processing, with rates and times",
    arrange: { before: threeInProgress, documents: advance },
  },
  {
    name: "preparing",
    title: "All pages are read",
    arrange: { before: (world) => world.document("minutes.docx", 88_000, inProgress(14, 14)) },
  },
  ...summaryStates,
  { name: "list", title: "A list of documents", arrange: { before: aList } },
  {
    name: "thirty",
    title: "Thirty documents, most of which wait",
    arrange: {
      before(world) {
        threeInProgress(world)
        for (let number = 1; number <= 22; number++) world.document(`minutes-2026-${number}.docx`, 88_000, {})
        aList(world)
      },
    },
  },
  {
    name: "expanded",
    title: "The insights of a document",
    arrange: {
      before(world) {
        aList(world)
        world.expandedId = "d-1"
      },
    },
  },
  {
    name: "whole-lists",
    title: "The whole lists of a document's outline and dates",
    arrange: {
      before(world) {
        aList(world)
        world.expandedId = "d-1"
      },
      after() {
        for (const button of document.querySelectorAll<HTMLButtonElement>("button[aria-expanded=false]")) button.click()
      },
    },
  },
  {
    name: "japanese",
    title: "A Japanese document",
    arrange: {
      before(world) {
        world.expandedId = world.document("品質管理の手引き.pdf", 1_900_000, complete(japanese.pages), japanese)
      },
    },
  },
  {
    name: "arabic",
    title: "An Arabic document, written from right to left",
    arrange: {
      before(world) {
        world.expandedId = world.document("تقرير الطاقة.docx", 310_000, complete(arabic.pages), arabic)
      },
    },
  },
  {
    name: "no-summary",
    title: "A text without sentences",
    arrange: {
      before(world) {
        world.expandedId = world.document("price-list.txt", 48_000, complete(table.pages), table)
      },
    },
  },
  {
    name: "recognized",
    title: "A scan whose text was recognized, but for one page",
    arrange: {
      before: (world) => {
        world.expandedId = world.document("scan-0043.pdf", 9_400_000, complete(recognized.pages), recognized)
      },
    },
  },
  {
    name: "scanned",
    title: "Scanned pages without text",
    arrange: {
      before(world) {
        world.expandedId = world.document("scan-0042.pdf", 9_400_000, complete(scanned.pages), scanned)
      },
    },
  },
  {
    name: "unreadable",
    title: "Pages whose text cannot be read",
    arrange: {
      before(world) {
        world.expandedId = world.document("catalogue-1998.pdf", 2_100_000, complete(unreadable.pages), unreadable)
      },
    },
  },
  ...failureStates,
  {
    name: "connecting",
    title: "The first attempt to connect",
    arrange: { before: (world) => Object.assign(world, { connection: "never" }) },
  },
  {
    name: "server-away",
    title: "The server cannot be reached",
    arrange: {
      before(world) {
        world.connection = "refused"
        threeInProgress(world)
      },
      documents: advance,
    },
  },
  {
    name: "offline",
    title: "The browser is offline",
    arrange: {
      before(world) {
        Object.defineProperty(navigator, "onLine", { get: () => false })
        threeInProgress(world)
      },
      documents: advance,
    },
  },
  {
    name: "quiet",
    title: "No news for some minutes",
    arrange: {
      before: threeInProgress,
      async documents(world) {
        await advance(world)
        world.pass(150)
      },
    },
  },
  {
    name: "removed",
    title: "A removal that can be undone",
    arrange: {
      before: aList,
      after: (world) => world.opened.documentList.remove(["d-2", "d-4"]),
    },
  },
  {
    name: "no-results",
    title: "A search without results",
    arrange: { before: aList, after: () => enter("input[type=search]", "zebra") },
  },
  {
    name: "notifications-on",
    title: "Notifications are on",
    arrange: {
      before(world) {
        aList(world)
        world.permission = "granted"
      },
    },
  },
  {
    name: "notifications-blocked",
    title: "Notifications are blocked",
    arrange: {
      before(world) {
        aList(world)
        world.permission = "denied"
      },
    },
  },
  ...nameStates,
  ...readerStates,
  ...signInStates,
  { name: "configuration-error", title: "The configuration is missing", arrange: {} },
]

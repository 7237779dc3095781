// How many documents are ahead of another one.
import type { Progress } from "@document-insight/protocol"
import { expect, test } from "vitest"
import type { DocumentItem } from "./document-item.ts"
import { positionOf } from "./queue-position.ts"

const item = (queuedAt: number, step: "queued" | "done", status?: Progress["status"]) =>
  ({ queuedAt, upload: { step }, progress: status && { status } }) as DocumentItem

test("counts the uploads and the waiting documents that were added before, wherever they are in the list", () => {
  const items = [
    item(6, "queued"),
    item(5, "done"),
    item(4, "queued"),
    item(3, "done", "waiting"),
    item(1, "done", "progress"),
    item(2, "done", "waiting"),
    item(0, "queued"),
  ]
  expect(items.map((one) => positionOf(items, one))).toEqual([
    { uploadsAhead: 2, documentsAhead: 3 },
    { uploadsAhead: 2, documentsAhead: 2 },
    { uploadsAhead: 1, documentsAhead: 2 },
    { uploadsAhead: 1, documentsAhead: 1 },
    { uploadsAhead: 1, documentsAhead: 0 },
    { uploadsAhead: 1, documentsAhead: 0 },
    { uploadsAhead: 0, documentsAhead: 0 },
  ])
})

// What an outbox has after its process has ended.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { ManualClock } from "../../foundation/manual-clock.ts"
import type { ObjectEvent } from "./bucket-notifications.ts"
import { openOutbox } from "./notification-outbox.ts"

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "outbox-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const event = (key: string): ObjectEvent => ({
  bucketName: "bucket",
  key,
  eventName: "ObjectCreated:Put",
  time: 1,
  sourceIp: "127.0.0.1",
  requestId: "R",
})

test("has the changes that were begun, and those that have happened, in order, without those that were removed", async () => {
  const folder = temporaryFolder()
  const { add } = openOutbox(folder, new ManualClock())
  await add([event("begun")])
  const happened = await add([event("happened")])
  await happened.commit([{ ...event("happened"), object: { size: 1, eTag: "e" } }])
  const removed = await add([event("removed")])
  await removed.remove()
  // The clock of the machine was set back.
  const later = openOutbox(folder, new ManualClock(1000))
  await later.add([event("later")])
  const { left } = openOutbox(folder, new ManualClock(0))
  expect(left.map(({ events, hasHappened }) => [events[0]?.key, events[0]?.object?.size, hasHappened])).toEqual([
    ["begun", undefined, false],
    ["happened", 1, true],
    ["later", undefined, false],
  ])
})

test("removes files that were not finished", () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, "0000000000000001.unfinished"), "{")
  expect(openOutbox(folder, new ManualClock()).left).toEqual([])
  expect(readdirSync(folder)).toEqual([])
})

test("keeps nothing on disk without a folder", async () => {
  const outbox = openOutbox(undefined, new ManualClock())
  const entry = await outbox.add([event("a")])
  await entry.commit([event("b")])
  expect([entry.events[0]?.key, entry.hasHappened, outbox.left]).toEqual(["b", true, []])
})

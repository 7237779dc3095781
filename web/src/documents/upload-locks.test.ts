// The locks by which tabs know of each other's uploads, with the lock manager of Node.js.
import { expect, test } from "vitest"
import { createUploadLocks } from "./upload-locks.ts"

test("a document is held until its upload ends, and others wait for that", async () => {
  const locks = createUploadLocks()
  const documentId = crypto.randomUUID()
  expect(await locks.isHeld(documentId)).toBe(false)
  const release = locks.hold(documentId)
  expect(await locks.isHeld(documentId)).toBe(true)
  expect(await locks.isHeld(crypto.randomUUID())).toBe(false)

  let isFree = false
  const free = locks.whenFree(documentId).then(() => {
    isFree = true
  })
  const other = locks.whenFree(documentId)
  expect(await locks.isHeld(documentId)).toBe(true)
  expect(isFree).toBe(false)
  release()
  await Promise.all([free, other])
  expect(await locks.isHeld(documentId)).toBe(false)
})

test("without locks in the browser, no document is known to be uploaded", async () => {
  const locks = createUploadLocks(null)
  locks.hold("d-1")()
  expect(await locks.isHeld("d-1")).toBe(false)
  await locks.whenFree("d-1")
})

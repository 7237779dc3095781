// The texts of pages that are kept, and the messages of errors.
import { DocumentError } from "@document-insight/client"
import type { PageResponse } from "@document-insight/protocol"
import { expect, test } from "vitest"
import { messageOf } from "../documents/message-of.ts"
import { PageTexts } from "./page-texts.ts"

function setUp(fails: (page: number) => boolean = () => false) {
  const requested: number[] = []
  const client = {
    async page(documentId: string, page: number) {
      requested.push(page)
      if (fails(page)) throw new Error("it failed")
      return { documentId, page } as unknown as PageResponse
    },
  }
  return { texts: new PageTexts(client, "d"), requested }
}

test("requests a page once, also while it is being requested", async () => {
  const { texts, requested } = setUp()
  const [first, second] = await Promise.all([texts.get(3), texts.get(3)])
  expect(first).toEqual({ documentId: "d", page: 3 })
  expect(second).toBe(first)
  expect(await texts.get(3)).toBe(first)
  expect(requested).toEqual([3])
})

test("requests a page again after a failure", async () => {
  let isDown = true
  const { texts, requested } = setUp(() => isDown)
  await expect(texts.get(1)).rejects.toThrow("it failed")
  isDown = false
  expect(await texts.get(1)).toMatchObject({ page: 1 })
  expect(requested).toEqual([1, 1])
})

test("keeps the 20 pages that were used last", async () => {
  const { texts, requested } = setUp()
  for (let page = 1; page <= 20; page++) await texts.get(page)
  // Used again, so it is not the oldest one.
  await texts.get(1)
  await texts.get(21)
  requested.length = 0
  for (const page of [1, 21, 20, 3]) await texts.get(page)
  expect(requested).toEqual([])
  await texts.get(2)
  expect(requested).toEqual([2])
})

test("the message of a known error is shown, and a general one for any other", () => {
  expect(messageOf(new DocumentError("failed", "The document is gone."))).toBe("The document is gone.")
  expect(messageOf(new TypeError("x is undefined"))).toBe("Something unexpected went wrong. Try again.")
})

// Thumbnails of real PDFs: their size, which are kept, who may see them, and what has none.
import { inflateSync } from "node:zlib"
import { beforeEach, expect, test } from "vitest"
import { silentLogger } from "../../test/lambda-context.ts"
import { makePdf } from "../../test/make-documents.ts"
import type { StoredDocument } from "../storage/document-item.ts"
import { encodePng } from "./encode-png.ts"
import { readThumbnail, type ThumbnailRequest } from "./read-thumbnail.ts"

let document: Partial<StoredDocument> | undefined
let file: Uint8Array | undefined
let kept: Map<string, Uint8Array>
let downloads: number

beforeEach(async () => {
  document = { documentId: "d1", contentType: "application/pdf", insights: { pages: 3 } as never }
  file = await makePdf(["One", "", "Three"])
  kept = new Map()
  downloads = 0
})

function read(page: string, request: Partial<ThumbnailRequest> = {}) {
  const thumbnails = {
    read: async (documentId: string) => kept.get(documentId),
    write: async (documentId: string, png: Uint8Array) => void kept.set(documentId, png),
    remove: async (documentId: string) => void kept.delete(documentId),
  }
  const download = async () => {
    downloads += 1
    return file
  }
  return readThumbnail(
    { documentId: "d1", page, session: undefined, shareToken: undefined, password: undefined, ...request },
    { documents: { find: async () => document as StoredDocument }, thumbnails, download, logger: silentLogger() },
  )
}

async function pngOf(page: string): Promise<Buffer> {
  const result = await read(page)
  if (!("png" in result)) throw new Error(JSON.stringify(result))
  return Buffer.from(result.png)
}

test("a page of A5 fits into 360 by 480 pixels, and shows what is on it", async () => {
  const png = await pngOf("2")
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([338, 480])
  // The page is white with a gray square.
  const lines = inflateSync(png.subarray(41, png.length - 16))
  expect(lines.subarray(1, 4)).toEqual(Buffer.from([255, 255, 255]))
  expect(png.length).toBeLessThan(2_000)
})

test("the first page's is kept and read without the file, those of others are rendered again", async () => {
  const first = await pngOf("1")
  expect(await pngOf("1")).toEqual(first)
  expect(downloads).toBe(1)
  expect(await pngOf("3")).not.toEqual(first)
  await pngOf("3")
  expect(downloads).toBe(3)
  expect([...kept.keys()]).toEqual(["d1"])
})

test("nothing is kept of a document that was deleted meanwhile", async () => {
  const pending = read("1")
  document = { ...document }
  const result = await Promise.all([pending, Promise.resolve().then(() => (document = undefined))])
  expect(result[0]).toMatchObject({ statusCode: 200 })
  expect(kept.size).toBe(0)
})

test.each([
  ["a page that does not exist", "4", {}, "There is no page"],
  ["a page that is no number", "first", {}, "There is no page"],
  ["a document that is not read yet", "1", { insights: null }, "still being processed"],
])("%s has none", async (_, page, changes, message) => {
  document = { ...document, ...changes } as StoredDocument
  expect(await read(page)).toMatchObject({ statusCode: 404, body: { message: expect.stringContaining(message) } })
})

test("a file that is protected or no PDF has no content, and one that is gone is not found", async () => {
  for (const bytes of [await makePdf(["One"], { password: "secret" }), Buffer.from("text")]) {
    file = bytes
    expect(await read("1")).toEqual({ statusCode: 204 })
  }
  document = { ...document, contentType: "text/plain" }
  expect(await read("1")).toEqual({ statusCode: 204 })
  document = { ...document, contentType: "application/pdf" }
  file = undefined
  expect(await read("1")).toMatchObject({
    statusCode: 404,
    body: { message: expect.stringContaining("no longer kept") },
  })
})

test("a page of a protected PDF is rendered with its password, and the first one is then kept for requests without", async () => {
  file = await makePdf(["One", "Two"], { password: "pässword" })
  expect(await read("1", { password: "guess" })).toEqual({ statusCode: 204 })
  expect(kept.size).toBe(0)
  expect(await read("2", { password: "pässword" })).toMatchObject({ statusCode: 200 })
  expect(await read("1", { password: "pässword" })).toMatchObject({ statusCode: 200 })
  expect(await read("1")).toMatchObject({ statusCode: 200 })
  expect(await read("2")).toEqual({ statusCode: 204 })
})

test("an image has a thumbnail of itself, which is kept", async () => {
  const pixels = new Uint8Array(600 * 600).fill(90)
  file = await encodePng({ width: 600, height: 600, channels: 1, pixels, dotsPerInch: 72 })
  document = { ...document, contentType: "image/png", insights: { pages: 1 } as never }
  const png = await pngOf("1")
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([360, 360])
  expect([...kept.keys()]).toEqual(["d1"])
  document = { ...document, contentType: "image/tiff" }
  expect(await read("1")).toEqual({ statusCode: 204 })
})

test("another user's document is not found, except with its shared link", async () => {
  document = { ...document, ownerId: "alice" }
  const session = { userId: "bob" } as never
  expect(await read("1", { session })).toMatchObject({
    statusCode: 404,
    body: { message: expect.stringContaining("no document") },
  })
  expect(await read("1", { session: { userId: "alice" } as never })).toMatchObject({ statusCode: 200 })
})

test("a PNG has its pixels, line by line", async () => {
  const pixels = Uint8Array.from([1, 2, 3, 4, 5, 6])
  const png = Buffer.from(await encodePng({ width: 3, height: 2, channels: 1, pixels, dotsPerInch: 72 }))
  const end = png.indexOf("IEND") - 4
  expect([...inflateSync(png.subarray(41, end - 4))]).toEqual([2, 1, 2, 3, 2, 3, 3, 3])
})

// The stored text of a document that continues is read up to its checkpoint.
import { describe, expect, test } from "vitest"
import type { PageText } from "../storage/page-blocks.ts"
import { storedTexts, writtenTexts } from "./stored-pages.ts"

const page = (text: string): PageText => ({ text, isTruncated: false })

function stored(blocks: string[][], pages: number) {
  let start = 1
  const firstPages = blocks.map(({ length }) => {
    start += length
    return start - length
  })
  const checkpoint = { pages, totalPages: 9, firstPages, words: 0, characters: 0, cpuMs: 0, continuations: 1 }
  const read = async (_documentId: string, block: number) => blocks[block]?.map(page)
  return { documentId: "d1", checkpoint, texts: { read } }
}

async function fullyRead(texts: AsyncIterable<string[]>): Promise<string[]> {
  const all: string[] = []
  for await (const some of texts) all.push(...some)
  return all
}

test("each page is read once, in order, from more blocks than are requested at the same time", async () => {
  const blocks = Array.from({ length: 9 }, (_, block) => [`${block} a`, `${block} b`])
  expect(await fullyRead(storedTexts(stored(blocks, 18)))).toEqual(blocks.flat())
})

describe("a block that an attempt has continued after the checkpoint", () => {
  const continued = stored(
    [
      ["1", "2"],
      ["3", "4", "5"],
    ],
    3,
  )

  test("is read up to the checkpoint", async () => {
    expect(await fullyRead(storedTexts(continued))).toEqual(["1", "2", "3"])
  })

  test("is written again from the checkpoint", async () => {
    expect(await writtenTexts(continued)).toEqual({ pages: 3, firstPages: [1, 3], lastBlock: [page("3")] })
  })
})

test("a block that is gone, or has too few pages, is an error", async () => {
  await expect(fullyRead(storedTexts(stored([["1"]], 2)))).rejects.toThrow("block 0 of the text of d1 is not complete")
  const gone = { ...stored([["1"]], 1), texts: { read: async () => undefined } }
  await expect(writtenTexts(gone)).rejects.toThrow("block 0 of the text of d1 is not complete")
})

// Tests of grouping pages into blocks: where blocks begin, what is cut, and how failures are reported.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { blockCharacters, blockOf, maxBlocks, maxPageCharacters, pageTextOf, type StoredPage } from "./page-blocks.ts"
import { TextWriter } from "./text-writer.ts"

function recorded() {
  const stored = new Map<number, readonly StoredPage[]>()
  const writer = new TextWriter(async (block, pages) => void stored.set(block, pages))
  return { stored, writer }
}

test("a short document is one block", async () => {
  const { stored, writer } = recorded()
  await writer.add(["One.", ""])
  await writer.add(["Three."])
  expect(await writer.finish()).toEqual([1])
  expect([...stored]).toEqual([[0, ["One.", "", "Three."]]])
})

test("a block ends with the page that reaches its length", async () => {
  const { stored, writer } = recorded()
  const half = "x".repeat(blockCharacters / 2)
  await writer.add([half, half, half, "end"])
  expect(await writer.finish()).toEqual([1, 3])
  expect([...stored.values()].map((pages) => pages.length)).toEqual([2, 2])
  expect([1, 2, 3, 4].map((page) => blockOf(page, [1, 3]))).toEqual([0, 0, 1, 1])
})

test("only the start of a very long page is kept, and marked", async () => {
  const { stored, writer } = recorded()
  await writer.add(["x".repeat(maxPageCharacters), "y".repeat(maxPageCharacters + 1)])
  await writer.finish()
  expect(stored.get(0)).toEqual(["x".repeat(maxPageCharacters)])
  expect(stored.get(1)).toEqual([{ start: "y".repeat(maxPageCharacters) }])
})

test("every block of a document can be deleted in one request", () => {
  // DeleteObjects of S3 accepts at most 1,000 keys.
  expect(maxBlocks).toBeLessThanOrEqual(1_000)
  expect(Number.isInteger(maxBlocks)).toBe(true)
})

describe("a block that cannot be stored", () => {
  test("fails the next block, so that the attempt ends early", async () => {
    const writer = new TextWriter(() => Promise.reject(new Error("SlowDown")))
    const block = "x".repeat(blockCharacters)
    await writer.add([block])
    await expect(writer.add([block])).rejects.toThrow("SlowDown")
    await writer.settle()
  })

  test("fails the end of a document of one block", async () => {
    const writer = new TextWriter(() => Promise.reject(new Error("SlowDown")))
    await writer.add(["One."])
    await expect(writer.finish()).rejects.toThrow("SlowDown")
  })
})

test("one block is stored at a time, and settling waits for it", async () => {
  const storing = Promise.withResolvers<void>()
  let started = 0
  const writer = new TextWriter(() => {
    started += 1
    return storing.promise
  })
  const block = "x".repeat(blockCharacters)
  await writer.add([block])
  const second = writer.add([block])
  let isSettled = false
  const settled = writer.settle().then(() => {
    isSettled = true
  })
  await Promise.resolve()
  expect([started, isSettled]).toEqual([1, false])
  storing.resolve()
  await Promise.all([second, settled])
  expect(started).toBe(2)
})

test("writers that continue one another store the blocks of a single one", async () => {
  const page = fc.integer({ min: 0, max: maxPageCharacters + 10 }).map((length) => "x".repeat(length))
  await fc.assert(
    fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 12 }), fc.nat(12), async (pages, at) => {
      const whole = recorded()
      await whole.writer.add(pages)
      const firstPages = await whole.writer.finish()
      const { stored, writer } = recorded()
      await writer.add(pages.slice(0, at))
      const written = await writer.finish()
      const lastBlock = (stored.get(written.length - 1) ?? []).map(pageTextOf)
      const next = new TextWriter(async (block, some) => void stored.set(block, some), {
        pages: Math.min(at, pages.length),
        firstPages: written,
        lastBlock,
      })
      await next.add(pages.slice(at))
      expect(await next.finish()).toEqual(firstPages)
      expect([...stored]).toEqual([...whole.stored])
    }),
    { numRuns: 60 },
  )
})

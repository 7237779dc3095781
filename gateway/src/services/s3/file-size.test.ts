// The size of a file in an upload form, whatever chunks the form arrives in.

import { Readable } from "node:stream"
import { buffer } from "node:stream/consumers"
import { expect, test } from "vitest"
import { FileSizeCheck } from "./file-size.ts"

const delimiter = Buffer.from("--x")
const sizes = [{ min: 2, max: 5 }]

/** @returns what passes, or the code and details of the rejection */
function pass(text: string, chunkBytes: number) {
  const bytes = Buffer.from(text)
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, n) =>
    bytes.subarray(n * chunkBytes, (n + 1) * chunkBytes),
  )
  const check = Readable.from(chunks, { objectMode: false }).pipe(new FileSizeCheck(delimiter, sizes))
  return buffer(check).then(String, ({ response: { code, details } }) => [code, details])
}

const allChunks = [1, 2, 3, 4, 5, 7, 100]

test.each(["ab", "abcde", "\r\n\r\n-", "-----"])("a file of an allowed size passes as it is: %j", async (file) => {
  const form = `${file}\r\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nafter the file\r\n--x--\r\n`
  for (const chunkBytes of allChunks) expect(await pass(form, chunkBytes)).toBe(form)
})

test.each(["", "a"])("a file that is too small is rejected: %j", async (file) => {
  for (const chunkBytes of allChunks) {
    expect(await pass(`${file}\r\n--x--\r\n`, chunkBytes)).toEqual([
      "EntityTooSmall",
      { ProposedSize: file.length, MinSizeAllowed: 2 },
    ])
  }
})

test("a file that is too large is rejected, also before its end", async () => {
  for (const chunkBytes of allChunks) {
    expect(await pass("abcdef\r\n--x--\r\n", chunkBytes)).toEqual([
      "EntityTooLarge",
      { ProposedSize: 6, MaxSizeAllowed: 5 },
    ])
    const [code, { ProposedSize }] = (await pass("a".repeat(300), chunkBytes)) as [string, Record<string, number>]
    expect(code).toBe("EntityTooLarge")
    expect(ProposedSize).toBeGreaterThan(5)
  }
})

test("a form that ends within its file is rejected", async () => {
  for (const chunkBytes of allChunks) expect(await pass("abc", chunkBytes)).toEqual(["MalformedPOSTRequest", undefined])
})

test("the smallest of several limits applies", async () => {
  const check = new FileSizeCheck(delimiter, [
    { min: 0, max: 10 },
    { min: 3, max: 8 },
  ])
  check.end("ab\r\n--x--")
  await expect(buffer(check)).rejects.toMatchObject({ response: { details: { MinSizeAllowed: 3 } } })
})

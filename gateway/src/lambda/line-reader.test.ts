// Lines of the output of a process: across chunks, without an end, and longer than the limit.
import fc from "fast-check"
import { expect, test } from "vitest"
import { LineReader } from "./line-reader.ts"

function create(maxBytes = 100) {
  const lines: [text: string, cutBytes: number][] = []
  const reader = new LineReader(maxBytes, (text, cutBytes) => lines.push([text, cutBytes]))
  return { reader, lines }
}

test("lines end at a line feed, and the last one when it is flushed", () => {
  const { reader, lines } = create()
  expect(reader.push(Buffer.from("one\n\ntw"), 10)).toBe(7)
  expect(reader.push(Buffer.from("o"), 10)).toBe(1)
  expect(lines).toEqual([
    ["one", 0],
    ["", 0],
  ])
  reader.flush()
  reader.flush()
  expect(lines.slice(2)).toEqual([["two", 0]])
})

test("no more lines are read than are wanted, and the rest later", () => {
  const { reader, lines } = create()
  const chunk = Buffer.from("a\nb\nc\nd")
  const read = reader.push(chunk, 2)
  expect([read, lines.length]).toEqual([4, 2])
  reader.push(chunk.subarray(read), 2)
  reader.flush()
  expect(lines.map(([text]) => text)).toEqual(["a", "b", "c", "d"])
})

test("a line that is too long is cut, and says by how much", () => {
  const { reader, lines } = create(4)
  reader.push(Buffer.from("abcd\nabcde\nab"), 10)
  reader.push(Buffer.from("cdefg"), 10)
  reader.push(Buffer.from("h\nab\n"), 10)
  expect(lines).toEqual([
    ["abcd", 0],
    ["abcd", 1],
    ["abcd", 4],
    ["ab", 0],
  ])
})

test("a character that is in two chunks is read as a whole, and one that is cut is replaced", () => {
  const { reader, lines } = create(5)
  const text = Buffer.from("a€\n€€\n")
  reader.push(text.subarray(0, 2), 10)
  reader.push(text.subarray(2), 10)
  expect(lines).toEqual([
    ["a€", 0],
    ["€\ufffd", 1],
  ])
})

test("the lines do not depend on how the output is divided into chunks", () => {
  const part = fc.constantFrom("a", "ü", "€", "😀", "\n", "long line")
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (parts, size) => {
      const text = parts.join("")
      const { reader, lines } = create(1000)
      const bytes = Buffer.from(text)
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size), 1000)
      reader.flush()
      const expected = text.split("\n")
      if (expected.at(-1) === "") expected.pop()
      expect(lines.map(([line]) => line)).toEqual(expected)
    }),
  )
})

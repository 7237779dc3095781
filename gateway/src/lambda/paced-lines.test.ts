// Lines of a stream, read a few per turn of the event loop.
import { once } from "node:events"
import { PassThrough } from "node:stream"
import { setImmediate as nextTurn } from "node:timers/promises"
import { expect, test } from "vitest"
import { PacedLines, type PacedLinesOptions } from "./paced-lines.ts"

function readLines(onRead: PacedLinesOptions["onRead"] = () => {}) {
  const source = new PassThrough()
  const lines: string[] = []
  const paced = new PacedLines({ source, maxLineBytes: 1000, onLine: (text) => lines.push(text), onRead })
  return { source, lines, paced }
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index))
const textOf = (lines: string[]) => lines.map((line) => `${line}\n`).join("")

test("many lines that arrive at once are read in several turns, and then what follows", async () => {
  const counts: number[] = []
  const { source, lines, paced } = readLines((_bytes, count) => counts.push(count))
  source.write(textOf(numbered(1200)))
  source.end("last")
  await once(source, "close")
  paced.close()
  expect(lines).toEqual([...numbered(1200), "last"])
  expect(counts).toEqual([500, 500, 200, 0])
})

test("the stream is not read on while lines of it wait for their turn", async () => {
  const { source, lines } = readLines()
  source.write(textOf(numbered(501)))
  source.write("next\n")
  while (lines.length < 500) await nextTurn()
  expect(source.isPaused()).toBe(true)
  while (lines.length < 502) await nextTurn()
  expect(lines.slice(500)).toEqual(["500", "next"])
  expect(source.isPaused()).toBe(false)
})

test("a pause during a read keeps all that follows until it is resumed", async () => {
  const { source, lines, paced } = readLines((_bytes, count) => {
    if (count > 0 && lines.length <= 501) paced.pause()
  })
  source.write(textOf(numbered(501)))
  source.write("next\n")
  while (lines.length < 500) await nextTurn()
  for (let turn = 0; turn < 5; turn++) await nextTurn()
  expect(lines).toHaveLength(500)
  expect(paced.isDone).toBe(false)
  paced.resume()
  while (lines.length < 501) await nextTurn()
  for (let turn = 0; turn < 5; turn++) await nextTurn()
  expect(lines).toHaveLength(501)
  source.end()
  paced.resume()
  await once(source, "close")
  expect(lines.slice(499)).toEqual(["499", "500", "next"])
  expect(paced.isDone).toBe(true)
})

test("closing emits the last line without an end, and nothing of what was not read", () => {
  const { source, lines, paced } = readLines()
  source.emit("data", Buffer.from(textOf(numbered(600))))
  paced.close()
  source.emit("data", Buffer.from("rest"))
  paced.close()
  expect(lines).toEqual([...numbered(500), "rest"])
})

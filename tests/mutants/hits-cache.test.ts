import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { HitsCache } from "./hits-cache.ts"

const testFile = "a/src/one.test.ts"

/** A cache with what a test ran, in a repository whose files can be changed. */
function createRepository() {
  const root = mkdtempSync(join(tmpdir(), "hits-cache-test-"))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const mutable = new Set<string>()
  function write(file: string, text: string): void {
    if (file !== testFile) mutable.add(file)
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  const open = () => new HitsCache(root, [...mutable])
  const read = () => open().read(testFile)
  write("a/src/one.ts", 'import { two } from "./two.ts"')
  write("a/src/two.ts", "export const two = 2")
  write("a/src/other.ts", "export const other = 3")
  write(testFile, "test")
  return { write, open, read }
}

const points = new Set(["a/src/one.ts:0", "a/src/one.ts:7", "a/src/two.ts:0"])

test("returns the statements that a test ran, by file", () => {
  const { open, read } = createRepository()
  expect(read()).toBeUndefined()
  open().write(testFile, { milliseconds: 12, points })
  expect(read()).toEqual({
    milliseconds: 12,
    hits: new Map([
      ["a/src/one.ts", new Set([0, 7])],
      ["a/src/two.ts", new Set([0])],
    ]),
  })
})

test("knows only that a test runs a file that has changed, and forgets a test that has changed", () => {
  const { open, read, write } = createRepository()
  open().write(testFile, { milliseconds: 12, points })
  write("a/src/two.ts", "export const two = 2 // changed")
  write("a/src/other.ts", "export const other = 3 // changed")
  expect(read()?.hits).toEqual(
    new Map<string, unknown>([
      ["a/src/one.ts", new Set([0, 7])],
      ["a/src/two.ts", "unknown"],
    ]),
  )
  write(testFile, "test // changed")
  expect(read()).toBeUndefined()
})

test("assumes that a test runs the new files that a changed file imports", () => {
  const { open, read, write } = createRepository()
  open().write(testFile, { milliseconds: 12, points })
  write("a/src/two.ts", 'export { three as two } from "./three.ts"')
  write("a/src/three.ts", 'export { four as three } from "../lib/four.ts"')
  write("a/lib/four.ts", "export const four = 4")
  const hits = read()?.hits
  expect([hits?.get("a/src/three.ts"), hits?.get("a/lib/four.ts")]).toEqual(["unknown", "unknown"])
  expect(hits?.has("a/src/other.ts")).toBe(false)
})

test("keeps that nothing is known of a test", () => {
  const { open, read } = createRepository()
  open().write(testFile, { milliseconds: 12, points: undefined })
  expect(read()).toEqual({ milliseconds: 12, hits: undefined })
})

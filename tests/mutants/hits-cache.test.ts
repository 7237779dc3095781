import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { HitsCache } from "./hits-cache.ts"

const files = ["a/src/one.ts", "a/src/one.test.ts", "a/src/two.ts"]

function createFolder() {
  const root = mkdtempSync(join(tmpdir(), "hits-cache-"))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  for (const file of files) write(file, file)
  const open = () => new HitsCache(root)
  open().write("a/src/one.test.ts", { milliseconds: 7, points: ["a/src/one.ts:0", "a/src/one.ts:9", "a/src/two.ts:0"] })
  return { write, read: () => open().read("a/src/one.test.ts") }
}

test("returns the statements that a test file ran", () => {
  const { read } = createFolder()
  expect(read()).toEqual({ milliseconds: 7, points: ["a/src/one.ts:0", "a/src/one.ts:9", "a/src/two.ts:0"] })
})

test("returns a changed source as a whole, because its statements have other positions", () => {
  const { write, read } = createFolder()
  write("a/src/one.ts", "changed")
  expect(read()?.points).toEqual(["a/src/two.ts:0", "a/src/one.ts:*"])
})

test("forgets the recording when the test file changes", () => {
  const { write, read } = createFolder()
  write("a/src/one.test.ts", "changed")
  expect(read()).toBeUndefined()
})

import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { readsSourceMap } from "./source-maps.ts"

function taskRootWith(name: string, bytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), "source-maps-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, "api"))
  writeFileSync(join(folder, name), "")
  truncateSync(join(folder, name), bytes)
  return folder
}

test.each([
  ["index.js.map", 4 * 1024 * 1024, "index.handler", true],
  ["index.js.map", 4 * 1024 * 1024 + 1, "index.handler", false],
  ["api/index.mjs.map", 30 * 1024 * 1024, "api/index.nested.handler", false],
  ["other.js.map", 30 * 1024 * 1024, "index.handler", true],
])("with %s of %i bytes, the source map of the handler %s is read: %s", (name, bytes, handler, expected) => {
  expect(readsSourceMap(taskRootWith(name, bytes), handler)).toBe(expected)
})

// The file of `--parameters`.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { readParameterFile } from "./read-parameter-file.ts"

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "parameters-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, "parameters.json")
  writeFileSync(path, text)
  return path
}

test("gives texts as they are, and other values as JSON", () => {
  const path = fileWith('{"/app/key": "value", "database": {"user": "admin"}, "limit": 3}')
  expect(readParameterFile(path)).toEqual({ "/app/key": "value", database: '{"user":"admin"}', limit: "3" })
})

test.each([
  ["{", /cannot be used: /],
  ["[1]", "It is not a JSON object."],
  ['"text"', "It is not a JSON object."],
])("rejects %s with one sentence and a hint", (text, message) => {
  expect(() => readParameterFile(fileWith(text))).toThrow(message)
})

test("rejects a file that does not exist", () => {
  expect(() => readParameterFile(join(tmpdir(), "no-such-parameters.json"))).toThrow("ENOENT")
})

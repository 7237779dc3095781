// Tests of bundling a function again when its sources change.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeEach, expect, onTestFinished, test } from "vitest"
import { createFunctionBundle } from "./function-bundle.ts"

let folder: string
let entry: string
let assetFolder: string

/** @param changedAt seconds since the epoch; by default long before this process started */
function save(path: string, content: string, changedAt = 1): string {
  const file = join(folder, path)
  writeFileSync(file, content)
  utimesSync(file, changedAt, changedAt)
  return file
}

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "function-bundle-test-")))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  assetFolder = join(folder, "asset")
  mkdirSync(assetFolder)
  save("asset/index.mjs", "deployed")
  save("asset/data.bin", "next to the bundle")
  save("other.ts", "export const other = 1")
  save("text.ts", 'export const text = "first"')
  entry = save("handler.ts", 'import { text } from "./text.ts"\nexport const handler = () => text')
})

async function startBundle() {
  const bundle = await createFunctionBundle({ entry, assetFolder })
  onTestFinished(() => bundle.close().catch(() => undefined))
  return { bundle, index: () => readFileSync(join(bundle.folder, "index.mjs"), "utf8") }
}

test("writes nothing when no source changed since the deployment", async () => {
  const { bundle } = await startBundle()
  expect(await bundle.rebuild([])).toBe(false)
  expect(existsSync(join(bundle.folder, "index.mjs"))).toBe(false)
})

test("the first bundle includes a change that was saved while it was made", async () => {
  const { bundle, index } = await startBundle()
  const changed = save("text.ts", 'export const text = "second"', Date.now() / 1000 + 60)
  expect(await bundle.rebuild([])).toBe(true)
  expect(index()).toContain("second")
  expect(await bundle.rebuild([changed])).toBe(false)
})

test("bundles again when a source changes, and keeps the other files of the asset", async () => {
  const { bundle, index } = await startBundle()
  await bundle.rebuild([])
  expect(await bundle.rebuild([save("other.ts", "export const other = 2")])).toBe(false)
  expect(await bundle.rebuild([save("text.ts", 'export const text = "second"')])).toBe(true)
  expect(index()).toContain("second")
  expect(readFileSync(join(bundle.folder, "data.bin"), "utf8")).toBe("next to the bundle")
  expect(await bundle.rebuild([])).toBe(false)
})

test("rejects with the place of an error and keeps the last bundle until the error is fixed", async () => {
  const { bundle, index } = await startBundle()
  await bundle.rebuild([])
  await bundle.rebuild([save("text.ts", 'export const text = "second"')])
  const broken = save("text.ts", 'export const text = "third')
  await expect(bundle.rebuild([broken])).rejects.toMatchObject({
    code: "BUILD_FAILED",
    message: expect.stringMatching(/text\.ts:1:\d+: Unterminated string literal/),
  })
  expect(index()).toContain("second")
  save("text.ts", 'export const text = "fourth"')
  // Also on a change of a file that was never part of a bundle: it may be the one that was missing.
  expect(await bundle.rebuild([join(folder, "other.ts")])).toBe(true)
  expect(index()).toContain("fourth")
})

test("removes its folder when closed", async () => {
  const { bundle } = await startBundle()
  await bundle.close()
  expect(existsSync(bundle.folder)).toBe(false)
})

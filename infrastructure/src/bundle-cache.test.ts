// Tests of when bundles are used again.
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { cachedBundles } from "./bundle-cache.ts"

function cacheIn(folder = mkdtempSync(join(tmpdir(), "bundle-cache-"))) {
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const source = join(folder, "source.ts")
  const save = (text: string, ageSeconds = 60) => {
    writeFileSync(source, text)
    const savedAt = Date.now() / 1000 - ageSeconds
    utimesSync(source, savedAt, savedAt)
  }
  save("first")
  let count = 0
  const bundlesWith = (key: string, inputs = [source]) =>
    cachedBundles(join(folder, "cache", "bundles.json"), key, () => {
      count++
      return { bundles: [{ path: "index.mjs", text: `bundle ${count}` }], inputs }
    })[0]?.text
  return { folder, source, save, bundlesWith }
}

test("bundles are used again until an input or the key changes", () => {
  const { source, save, bundlesWith } = cacheIn()
  expect(bundlesWith("a")).toBe("bundle 1")
  expect(bundlesWith("a")).toBe("bundle 1")
  save("second")
  expect(bundlesWith("a")).toBe("bundle 2")
  expect(bundlesWith("b")).toBe("bundle 3")
  expect(bundlesWith("b")).toBe("bundle 3")
  rmSync(source)
  expect(bundlesWith("b")).toBe("bundle 4")
})

test("bundles of an input that was saved while they were made are not kept", () => {
  const { save, bundlesWith } = cacheIn()
  save("saved meanwhile", 0)
  expect(bundlesWith("a")).toBe("bundle 1")
  expect(bundlesWith("a")).toBe("bundle 2")
})

test("bundles with an input that is not a file are not kept", () => {
  const { folder, bundlesWith } = cacheIn()
  expect(bundlesWith("a", [join(folder, "missing.ts")])).toBe("bundle 1")
  expect(bundlesWith("a", [join(folder, "missing.ts")])).toBe("bundle 2")
})

test("a file that is damaged or cannot be written is replaced or ignored", () => {
  const { folder, bundlesWith } = cacheIn()
  bundlesWith("a")
  writeFileSync(join(folder, "cache", "bundles.json"), '{"key":')
  expect(bundlesWith("a")).toBe("bundle 2")
  expect(readdirSync(join(folder, "cache"))).toEqual(["bundles.json"])
  rmSync(join(folder, "cache"), { recursive: true })
  writeFileSync(join(folder, "cache"), "not a folder")
  expect(bundlesWith("a")).toBe("bundle 3")
})

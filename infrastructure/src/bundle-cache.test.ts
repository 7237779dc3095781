// Tests of when bundles are used again.
import { cpSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
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
  /** What was bundled, by handler. */
  const textsOf = (key: string, inputs: Record<string, string[]>) => {
    const bundles = cachedBundles({
      file: join(folder, "cache", "bundles.json"),
      root: folder,
      key,
      handlers: Object.keys(inputs),
      bundle(handlers) {
        count++
        return new Map(
          handlers.map((name) => {
            const bundle = { path: `${name}/index.mjs`, text: `bundle ${count}` }
            return [name, { bundles: [bundle], inputs: inputs[name] ?? [] }]
          }),
        )
      },
    })
    return Object.fromEntries(bundles.map(({ path, text }) => [dirname(path), text]))
  }
  const bundlesWith = (key: string, inputs = ["source.ts"]) => textsOf(key, { handler: inputs }).handler
  return { folder, source, save, bundlesWith, textsOf }
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

test("only the handlers are bundled again of which an input has changed", () => {
  const { folder, save, textsOf } = cacheIn()
  const other = join(folder, "other.ts")
  writeFileSync(other, "")
  utimesSync(other, 1, 1)
  const inputs = { one: ["source.ts"], both: ["source.ts", "other.ts"], other: ["other.ts"] }
  expect(textsOf("a", inputs)).toEqual({ one: "bundle 1", both: "bundle 1", other: "bundle 1" })
  save("second")
  expect(textsOf("a", inputs)).toEqual({ one: "bundle 2", both: "bundle 2", other: "bundle 1" })
  expect(textsOf("a", { ...inputs, added: ["other.ts"] })).toMatchObject({ one: "bundle 2", added: "bundle 3" })
  const { other: _, ...left } = inputs
  expect(textsOf("a", left)).toEqual({ one: "bundle 2", both: "bundle 2" })
})

test("bundles are used again in a copy of the folder", () => {
  const { folder, save, bundlesWith } = cacheIn()
  bundlesWith("a")
  save("second")
  expect(bundlesWith("a")).toBe("bundle 2")
  const copy = cacheIn()
  cpSync(folder, copy.folder, { recursive: true })
  expect(copy.bundlesWith("a")).toBe("bundle 2")
})

test("bundles of an input that was saved while they were made are not kept", () => {
  const { save, bundlesWith } = cacheIn()
  save("saved meanwhile", 0)
  expect(bundlesWith("a")).toBe("bundle 1")
  expect(bundlesWith("a")).toBe("bundle 2")
})

test("bundles with an input that is not a file are not kept", () => {
  const { bundlesWith } = cacheIn()
  expect(bundlesWith("a", ["missing.ts"])).toBe("bundle 1")
  expect(bundlesWith("a", ["missing.ts"])).toBe("bundle 2")
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

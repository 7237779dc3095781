// Bundles that are kept until a source changes.
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { cachedBundle, cachedBundleAsync } from "./cached-bundle.ts"

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cached-bundle-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A source, and a bundle that is a copy of it. */
function createSource(cache = temporaryFolder()) {
  const folder = temporaryFolder()
  const source = join(folder, "source.js")
  let bundled = 0
  const copy = (outdir: string) => {
    bundled++
    writeFileSync(join(outdir, "bundle.js"), readFileSync(source))
    return [source]
  }
  return {
    source,
    count: () => bundled,
    /** Long before it is bundled. */
    write(text: string) {
      writeFileSync(source, text)
      utimesSync(source, 0, 0)
    },
    folder: (bundle = copy) => cachedBundle(cache, folder, bundle),
    read: (bundle = copy) => readFileSync(join(cachedBundle(cache, folder, bundle), "bundle.js"), "utf8"),
  }
}

test("a source that has not changed is bundled once", () => {
  const { write, read, folder, count } = createSource()
  write("1")
  expect(read()).toBe("1")
  expect(folder()).toBe(folder())
  expect(count()).toBe(1)
})

test("what is bundled asynchronously is kept as well", async () => {
  const { source, write } = createSource()
  const cache = temporaryFolder()
  const bundle = () =>
    cachedBundleAsync(cache, source, async (outdir) => {
      writeFileSync(join(outdir, "bundle.js"), readFileSync(source))
      return [source]
    })
  write("1")
  const first = await bundle()
  expect(await bundle()).toBe(first)
  write("2")
  expect(readFileSync(join(await bundle(), "bundle.js"), "utf8")).toBe("2")
})

test("a source that has changed is bundled again, and the earlier bundle is kept for processes that start with it", () => {
  const { write, read, folder } = createSource()
  write("1")
  const before = folder()
  write("2")
  expect(read()).toBe("2")
  expect(readFileSync(join(before, "bundle.js"), "utf8")).toBe("1")
  write("1")
  expect(folder()).toBe(before)
})

test("copies of a source that keep their bundles in one folder do not get those of each other", () => {
  const cache = temporaryFolder()
  const [one, other] = [createSource(cache), createSource(cache)]
  one.write("1")
  other.write("2")
  expect([one.read(), other.read(), one.read()]).toEqual(["1", "2", "1"])
})

test("a source that was saved while it was bundled is bundled again the next time", () => {
  const { source, write, read } = createSource()
  write("1")
  const interrupted = (outdir: string) => {
    writeFileSync(join(outdir, "bundle.js"), "1")
    writeFileSync(source, "2")
    return [source]
  }
  expect(read(interrupted)).toBe("1")
  expect(read()).toBe("2")
})

test("a source that was removed is not needed by the next bundle", () => {
  const { source, write, read } = createSource()
  write("1")
  read()
  rmSync(source)
  const other = (outdir: string) => {
    writeFileSync(join(outdir, "bundle.js"), "none")
    return []
  }
  expect(read(other)).toBe("none")
})

test("a process that bundles the same sources at the same time gets the bundle that was finished first", () => {
  const { source, write, folder } = createSource()
  write("1")
  let first = ""
  const second = folder((outdir) => {
    first = folder()
    writeFileSync(join(outdir, "bundle.js"), "1")
    return [source]
  })
  expect(second).toBe(first)
})

// Tests of the packages that several handlers share.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { beforeEach, expect, onTestFinished, test } from "vitest"
import { type BundledFile, createIncrementalBundle } from "./incremental-bundle.ts"
import { createSharedPackages, type SharedPackages } from "./shared-packages.ts"

let folder: string
let packages: SharedPackages

function write(path: string, content: string): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

function writePackage(name: string, content: string): void {
  write(
    `node_modules/${name}/package.json`,
    JSON.stringify({ name, version: "1.0.0", type: "module", main: "index.js" }),
  )
  write(`node_modules/${name}/index.js`, content)
}

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "shared-packages-test-")))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  packages = createSharedPackages()
  writePackage("common", "export const state = { count: 0 }")
  writePackage("client", 'import { state } from "common"\nexport const client = () => state.count')
  writePackage("table", 'import { state } from "common"\nexport const table = () => state.count')
  writePackage("other", "export const other = 1")
})

async function bundleOf(name: string, ...imported: string[]) {
  const lines = imported.map((one) => `import { ${one} } from "${one}"`)
  const entry = write(`${name}/handler.ts`, `${lines.join("\n")}\nexport const handler = () => [${imported}]`)
  const bundle = await createIncrementalBundle(entry, join(folder, "out", name), packages)
  onTestFinished(() => bundle.close())
  return bundle
}

const names = (files: readonly BundledFile[]) =>
  files.map(({ path }) => basename(path)).filter((name) => name.endsWith(".mjs") && !name.startsWith("chunk-"))
const contentsOf = (files: readonly BundledFile[], name: string) =>
  files.find(({ path }) => basename(path) === name)?.contents

test("the packages of all handlers are bundled in one build, and each handler has the files that it imports", async () => {
  const bundles = await Promise.all([bundleOf("a", "client", "table"), bundleOf("b", "table", "other")])
  const [a, b] = await Promise.all(bundles.map((bundle) => bundle.rebuild()))
  expect(names(a!.files)).toEqual(["index.mjs", "client.mjs", "table.mjs"])
  expect(names(b!.files)).toEqual(["index.mjs", "table.mjs", "other.mjs"])
  expect(contentsOf(a!.files, "table.mjs")).toBe(contentsOf(b!.files, "table.mjs"))
  const chunk = a!.files.find(({ path }) => basename(path).startsWith("chunk-"))
  expect(chunk?.path).toBe(join(folder, "out", "a", basename(chunk?.path ?? "")))
  expect(contentsOf(b!.files, basename(chunk?.path ?? ""))).toBe(chunk?.contents)
})

test("a handler is bundled when the packages of another one cannot be", async () => {
  writePackage("broken", "export const broken = ")
  const [good, bad] = await Promise.all([bundleOf("good", "client"), bundleOf("bad", "broken")])
  await expect(bad.rebuild()).rejects.toMatchObject({
    errors: [{ location: { file: expect.stringContaining("broken") } }],
  })
  expect(names((await good.rebuild()).files)).toEqual(["index.mjs", "client.mjs"])
})

test("a handler that is created later bundles the packages that are missing", async () => {
  const first = await bundleOf("first", "client")
  await first.rebuild()
  const later = await bundleOf("later", "client", "other")
  expect(names((await later.rebuild()).files)).toEqual(["index.mjs", "client.mjs", "other.mjs"])
})

// Tests of a bundle in modules beside the bundle of a deployment.
import { once } from "node:events"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { Worker } from "node:worker_threads"
import { bundleOptions } from "@document-insight/infrastructure"
import { build } from "esbuild"
import { beforeEach, expect, onTestFinished, test } from "vitest"
import { type BundledFile, createIncrementalBundle } from "./incremental-bundle.ts"

let folder: string
let entry: string

function write(path: string, content: string): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

function writePackage(name: string, type: "module" | "commonjs", files: Record<string, string>): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", type, main: "index.js" }))
  for (const [path, content] of Object.entries(files)) write(`node_modules/${name}/${path}`, content)
}

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "incremental-bundle-test-")))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  write("package.json", JSON.stringify({ type: "module" }))
  writePackage("shared", "module", { "index.js": "export const state = { count: 0 }" })
  writePackage("esm", "module", {
    "index.js": `import { state } from "shared"
      export default "default of esm"
      export const increment = () => ++state.count
      export const unused = 1`,
  })
  writePackage("@scope/client", "module", {
    "index.js": `import { state } from "shared"
      export const count = () => state.count`,
    "deep/file.js": "export const deep = 'deep import'",
  })
  writePackage("commonjs", "commonjs", {
    "index.js": `exports.named = "named export"
      exports.nodeModule = require("node:path").sep.length`,
  })
  writePackage("lazy", "module", { "index.js": "globalThis.lazyIsLoaded = true; export const value = 7" })
  write("text.ts", `export const text: string = "first"`)
  entry = write(
    "handler.ts",
    `import commonjs, { named } from "commonjs"
     import * as esm from "esm"
     import { count } from "@scope/client"
     import { deep } from "@scope/client/deep/file.js"
     import { sep } from "node:path"
     import { text } from "./text.ts"
     export async function handler() {
       esm.increment()
       const isLazy = globalThis.lazyIsLoaded === undefined
       const { value } = await import("lazy")
       const { default: later } = await import("commonjs")
       delete globalThis.lazyIsLoaded
       return { default: esm.default, named, same: later === commonjs, keys: Object.keys(commonjs).sort(),
         count: count(), deep, sep, text, isLazy, value }
     }`,
  )
})

/** Runs the handler in a worker thread, as the gateway does. */
async function run(files: readonly BundledFile[], to: string): Promise<unknown> {
  for (const { path, contents } of files) writeFileSync(join(to, basename(path)), contents)
  const code = `const { parentPort, workerData } = require("node:worker_threads")
    import(workerData).then(({ handler }) => handler()).then((result) => parentPort.postMessage(result))`
  const worker = new Worker(code, { eval: true, workerData: pathToFileURL(join(to, "index.mjs")).href })
  const [result] = await once(worker, "message")
  await worker.terminate()
  return result
}

function newFolder(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

async function startBundle(to: string) {
  const bundle = await createIncrementalBundle(entry, to)
  onTestFinished(() => bundle.close())
  return bundle
}

test("behaves as the bundle of a deployment with ES modules, CommonJS, deep and dynamic imports", async () => {
  const deployed = newFolder("deployed")
  const { outputFiles } = await build({ ...bundleOptions(entry, deployed), write: false })
  const expected = await run(outputFiles, deployed)
  const out = newFolder("out")
  const { files } = await (await startBundle(out)).rebuild()
  const result = await run(files, out)
  expect(result).toEqual(expected)
  expect(result).toMatchObject({ named: "named export", same: true, count: 1, isLazy: true, value: 7, text: "first" })
})

test("changes only the handler's module when a source changes", async () => {
  const out = newFolder("out")
  const bundle = await startBundle(out)
  const first = await bundle.rebuild()
  expect(first.inputs.toSorted()).toEqual([entry, join(folder, "text.ts")].toSorted())
  write("text.ts", `export const text: string = "second"`)
  const second = await bundle.rebuild()
  const hashesOf = (files: readonly BundledFile[]) => new Map(files.map(({ path, hash }) => [basename(path), hash]))
  const before = hashesOf(first.files)
  const changed = [...hashesOf(second.files)].filter(([name, hash]) => before.get(name) !== hash).map(([name]) => name)
  expect(changed).toContain("index.mjs")
  expect(changed.filter((name) => !name.startsWith("index.mjs"))).toEqual([])
  expect(await run(second.files, out)).toMatchObject({ text: "second" })
})

test("bundles a package that is imported later, also one that is installed later", async () => {
  const out = newFolder("out")
  const bundle = await startBundle(out)
  await bundle.rebuild()
  write("text.ts", `import { answer } from "added"\nexport const text: string = answer`)
  await expect(bundle.rebuild()).rejects.toMatchObject({
    errors: [{ text: 'Could not resolve "added"', location: { file: expect.stringContaining("text.ts"), line: 1 } }],
  })
  writePackage("added", "module", { "index.js": "export const answer = 'from added'" })
  const { files } = await bundle.rebuild()
  expect(await run(files, out)).toMatchObject({ text: "from added" })
})

test("rejects an import of a name that a package does not export", async () => {
  const bundle = await startBundle(newFolder("out"))
  await bundle.rebuild()
  write("text.ts", `import { missing } from "esm"\nexport const text: string = missing`)
  await expect(bundle.rebuild()).rejects.toMatchObject({
    errors: [{ text: expect.stringContaining('for import "missing"'), location: { line: 1 } }],
  })
})

test("rejects an import of a file that is empty while it is saved", async () => {
  const bundle = await startBundle(newFolder("out"))
  await bundle.rebuild()
  write("text.ts", "")
  await expect(bundle.rebuild()).rejects.toMatchObject({
    errors: [{ text: expect.stringMatching(/^Import "text" will always be undefined/) }],
  })
})

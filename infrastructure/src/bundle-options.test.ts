// What the bundles of handlers load.
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "esbuild"
import { expect, onTestFinished, test } from "vitest"
import { bundleOptions } from "./bundle-options.ts"

const source = `import http from "node:http"
import { request } from "http"
export const isSame = request === http.request`

/** @returns what the module exports, and whether it has loaded the HTTP client behind \`fetch\` */
function load(file: string): unknown {
  const program = `const { isSame } = await import(${JSON.stringify(pathToFileURL(file).href)})
    console.log(JSON.stringify({ isSame, loadsFetch: process.moduleLoadList.some((name) => name.includes("undici")) }))`
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" }))
}

test("a bundle that imports node:http does not load the HTTP client behind fetch", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bundle-options-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const entry = join(folder, "handler.mjs")
  writeFileSync(entry, source)
  await build(bundleOptions(entry, join(folder, "bundle")))
  expect(load(entry)).toEqual({ isSame: true, loadsFetch: true })
  expect(load(join(folder, "bundle", "index.mjs"))).toEqual({ isSame: true, loadsFetch: false })
})

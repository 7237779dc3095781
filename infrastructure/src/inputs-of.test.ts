// Tests of the inputs of entry points that are bundled in one call.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { buildSync } from "esbuild"
import { expect, onTestFinished, test } from "vitest"
import { inputsOf } from "./inputs-of.ts"

test("each entry point has what it imports, also later, through others, and without a trace in its bundle", () => {
  const absWorkingDir = mkdtempSync(join(tmpdir(), "inputs-of-"))
  onTestFinished(() => rmSync(absWorkingDir, { recursive: true }))
  const files = {
    "a.ts":
      'import { unused } from "./unused.ts"\nimport { join } from "node:path"\nconst never = () => unused\nconsole.log(join(""), import("./later.ts"))',
    "unused.ts": "export const unused = 1",
    "later.ts": 'export * from "./shared.ts"',
    "shared.ts": "export const shared = 2",
    "b.ts": 'import { shared } from "./shared.ts"\nconsole.log(shared)',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(absWorkingDir, name), text)
  const entryPoints = ["a.ts", "b.ts"]
  const options = { absWorkingDir, entryPoints, outdir: "out", bundle: true, platform: "node", format: "esm" } as const
  const { metafile } = buildSync({ ...options, write: false, metafile: true })
  expect(inputsOf(["a.ts"], metafile).toSorted()).toEqual(["a.ts", "later.ts", "shared.ts", "unused.ts"])
  expect(inputsOf(["b.ts"], metafile)).toEqual(["b.ts", "shared.ts"])
})

// Runs tests that the console copied, as they are.
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

const root = join(import.meta.dirname, "..", "..")

/**
 * @param texts by the names of their files
 * @param source of the template that their gateways serve
 */
export function runCopiedTests(texts: ReadonlyMap<string, string>, source: string) {
  const folder = mkdtempSync(join(tmpdir(), "copied-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction")
  for (const [name, text] of texts) writeFileSync(join(folder, `${name}.test.ts`), text)
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
  // Loading the gateway anew for each file or worker, and transforming it with Vite, takes longer than the tests.
  const options = ["--no-isolate", "--maxWorkers=1", "--experimental.viteModuleRunner=false"]
  return spawnSync(process.execPath, [vitest, "run", ...options, "--root", folder], {
    encoding: "utf8",
    env: { ...process.env, GATEWAY_SOURCE: source, NO_COLOR: "1" },
  })
}

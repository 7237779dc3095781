// When `npm start` synthesizes again, and when it does not.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test, vi } from "vitest"
import { prepareSystem } from "./prepare-system.ts"

vi.setConfig({ testTimeout: 60_000 })

function temporaryAssembly() {
  const folder = mkdtempSync(join(tmpdir(), "prepare-system-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const outdir = join(folder, "assembly")
  const manifest = join(outdir, "manifest.json")
  return { outdir, stamp: join(outdir, "inputs.sha256"), writtenAt: () => statSync(manifest).mtimeMs }
}

test("synthesizes again only when the inputs changed", async () => {
  const { outdir, stamp, writtenAt } = temporaryAssembly()
  // Often up to date, when other tests have started the system.
  const prepared = join(import.meta.dirname, "..", "cdk.out", "default")
  await prepareSystem({ outdir: prepared })
  cpSync(prepared, outdir, { recursive: true, preserveTimestamps: true })
  const first = writtenAt()
  await prepareSystem({ outdir })
  expect(writtenAt(), "unchanged inputs").toBe(first)

  const fingerprint = readFileSync(stamp, "utf8")
  writeFileSync(stamp, "other inputs")
  await prepareSystem({ outdir })
  expect(writtenAt(), "other inputs").toBeGreaterThan(first)
  expect(readFileSync(stamp, "utf8")).toBe(fingerprint)
})

test("leaves no stamp when the synthesis fails, so that the next run synthesizes", async () => {
  const { outdir, stamp } = temporaryAssembly()
  mkdirSync(outdir)
  writeFileSync(stamp, "other inputs")
  await expect(prepareSystem({ outdir, envName: "nope" })).rejects.toThrow('"nope" is not an environment of cdk.json.')
  expect(existsSync(stamp)).toBe(false)
})

// Copies the cloud assembly of the system for a test that changes it. It is synthesized once for all tests and `npm start`.
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { defaultAssembly, prepareSystem } from "../../scripts/prepare-system.ts"

let prepared: Promise<void> | undefined

/**
 * The templates are copied. The assets are links: they are large, and Node.js finds what it has compiled of them before.
 *
 * @returns the folder, which the caller removes
 */
export async function copyAssembly(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "assembly-"))
  await copyAssemblyTo(folder)
  return folder
}

/** The same into a folder of the caller. */
export async function copyAssemblyTo(folder: string): Promise<void> {
  prepared ??= prepareSystem({ outdir: defaultAssembly })
  await prepared
  for (const entry of readdirSync(defaultAssembly, { withFileTypes: true })) {
    const [from, to] = [join(defaultAssembly, entry.name), join(folder, entry.name)]
    if (entry.isDirectory()) symlinkSync(from, to, "junction")
    else if (entry.name.endsWith(".json")) copyFileSync(from, to)
    else if (entry.name === "inputs.sha256") copyFileSync(from, to)
    else symlinkSync(from, to)
  }
}

/** Replaces the link to an asset by a copy, which the test may change. */
export function copyAsset(folder: string, name: string): void {
  rmSync(join(folder, name))
  cpSync(join(defaultAssembly, name), join(folder, name), { recursive: true })
}

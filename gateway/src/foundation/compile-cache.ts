// Folders in which the child processes of one kind keep compiled code for each other, as long as this process runs.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"

const folders = new Map<string, string>()

process.on("exit", () => {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true })
})

/**
 * One for all gateways of this process: a test suite starts hundreds of them, and the first start of a child process
 * without compiled code takes twice as long.
 */
export function compileCacheFolder(kind: "lambda" | "stand-ins"): string {
  const existing = folders.get(kind)
  if (existing !== undefined) return existing
  const created = mkdtempSync(join(tmpdir(), `${kind}-compiled-`))
  folders.set(kind, created)
  return created
}

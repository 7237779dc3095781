// Folders that a test needs and nobody after it.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A new folder, which is removed when the process that ran the tests ends. */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, "document-insight-"))
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

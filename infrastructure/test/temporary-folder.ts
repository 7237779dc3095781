// Temporary folders for tests. They are removed with the temporary folder of the run, which vitest.config.ts creates: a hook
// of this module would run after the first file that imports it only, because the files of a worker share modules.
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export function temporaryFolder(parent = tmpdir()): string {
  return mkdtempSync(join(parent, "document-insight-"))
}

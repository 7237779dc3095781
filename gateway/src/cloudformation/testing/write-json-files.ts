// Writes the files of an assembly or a template for a test.
import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"

/** @param files values by relative path; each is written as JSON */
export async function writeJsonFiles(folder: string, files: Record<string, unknown>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, JSON.stringify(content))
  }
}

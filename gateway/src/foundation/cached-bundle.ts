// Bundles sources once, and again when one of them has changed: for parts that run as one file when the gateway runs from
// its sources.
import { createHash, type Hash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/**
 * Processes that bundle at the same time do not disturb each other. Older bundles are kept, because a gateway that still
 * runs starts processes with them.
 * @param parent a folder for bundles
 * @param sources the folder of the sources: copies of a repository may keep their bundles in the same folder
 * @param bundle writes the bundle to a folder. @returns the files that it was made of
 * @returns the folder of the bundle
 */
export function cachedBundle(parent: string, sources: string, bundle: (outdir: string) => readonly string[]): string {
  const cache = join(parent, digest(createHash("sha256").update(sources)))
  const inputsFile = join(cache, "inputs.json")
  const known = existsSync(inputsFile)
    ? folderOf(cache, JSON.parse(readFileSync(inputsFile, "utf8")) as string[])
    : undefined
  if (known !== undefined && existsSync(known)) return known
  mkdirSync(cache, { recursive: true })
  const outdir = mkdtempSync(join(cache, "new-"))
  const startedAt = statSync(outdir).mtimeMs
  const inputs = bundle(outdir)
  const folder = folderOf(cache, inputs)
  // One of them was saved meanwhile, so the bundle may have what it was before.
  if (folder === undefined || inputs.some((path) => statSync(path).mtimeMs >= startedAt)) return outdir
  try {
    renameSync(outdir, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(outdir, { recursive: true })
  }
  const written = `${outdir}.json`
  writeFileSync(written, JSON.stringify(inputs))
  renameSync(written, inputsFile)
  return folder
}

/** @returns undefined when one of the files does not exist any more */
function folderOf(cache: string, inputs: readonly string[]): string | undefined {
  if (!inputs.every((path) => existsSync(path))) return undefined
  const hash = createHash("sha256")
  for (const path of inputs) hash.update(path).update("\0").update(readFileSync(path)).update("\0")
  return join(cache, digest(hash))
}

function digest(hash: Hash): string {
  return hash.digest("hex").slice(0, 16)
}

// Bundles sources once, and again when one of them has changed: for parts that run as one file when the gateway runs from
// its sources.
import { createHash, type Hash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const INPUTS = "inputs.json"

/**
 * Processes that bundle at the same time do not disturb each other. Older bundles are kept, because a gateway that still
 * runs starts processes with them.
 * @param parent a folder for bundles
 * @param sources the folder or file of the sources: copies of a repository may keep their bundles in the same folder
 * @param bundle writes the bundle to a folder. @returns the files that it was made of
 * @returns the folder of the bundle
 */
export function cachedBundle(parent: string, sources: string, bundle: (outdir: string) => readonly string[]): string {
  const cache = cacheOf(parent, sources)
  const known = findBundle(cache)
  if (known !== undefined) return known
  const begun = beginBundle(cache)
  return keepBundle(cache, begun, bundle(begun.outdir))
}

/** The same for what can only be bundled asynchronously. */
export async function cachedBundleAsync(
  parent: string,
  sources: string,
  bundle: (outdir: string) => Promise<readonly string[]>,
): Promise<string> {
  const cache = cacheOf(parent, sources)
  const known = findBundle(cache)
  if (known !== undefined) return known
  const begun = beginBundle(cache)
  return keepBundle(cache, begun, await bundle(begun.outdir))
}

type BegunBundle = { outdir: string; startedAt: number }

function cacheOf(parent: string, sources: string): string {
  return join(parent, digest(createHash("sha256").update(sources)))
}

function findBundle(cache: string): string | undefined {
  const inputsFile = join(cache, INPUTS)
  if (!existsSync(inputsFile)) return undefined
  const folder = folderOf(cache, JSON.parse(readFileSync(inputsFile, "utf8")) as string[])
  return folder !== undefined && existsSync(folder) ? folder : undefined
}

function beginBundle(cache: string): BegunBundle {
  mkdirSync(cache, { recursive: true })
  const outdir = mkdtempSync(join(cache, "new-"))
  return { outdir, startedAt: statSync(outdir).mtimeMs }
}

/** @returns the folder where the bundle is kept */
function keepBundle(cache: string, { outdir, startedAt }: BegunBundle, inputs: readonly string[]): string {
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
  renameSync(written, join(cache, INPUTS))
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

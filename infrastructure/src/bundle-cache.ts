// Keeps bundles for the next synthesis while the files that they were made of are the same: bundling takes most of its time.
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

export type Bundle = { path: string; text: string }

export type Bundling = {
  bundles: readonly Bundle[]
  /** The paths of all files that were read. */
  inputs: readonly string[]
}

type Kept = { key: string; inputs: [path: string, hash: string][]; bundles: Bundle[] }

/** Some file systems round the time of a change to two seconds. */
const TIME_RESOLUTION_MS = 2000

/**
 * @param file in which the bundles are kept
 * @param key of what decides about the bundles besides the contents of their inputs
 * @param bundle called when the key or an input has changed
 */
export function cachedBundles(file: string, key: string, bundle: () => Bundling): readonly Bundle[] {
  const kept = readKept(file)
  if (kept?.key === key && kept.inputs.every(([path, hash]) => hashOf(path) === hash)) return kept.bundles
  const startedAt = Date.now()
  const { bundles, inputs } = bundle()
  const hashes = inputs.map((path) => [path, hashOf(path)] as const)
  // An input that is not a file cannot be compared later, and one that was saved meanwhile may not be what was bundled.
  const canKeep = hashes.every(([path, hash]) => hash !== undefined && !wasSavedSince(path, startedAt))
  if (canKeep) keep(file, JSON.stringify({ key, inputs: hashes, bundles }))
  return bundles
}

function readKept(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"))
  } catch {
    return undefined
  }
}

/** Syntheses that run at the same time replace each other's file as a whole. */
function keep(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, text)
    renameSync(temporary, file)
  } catch {
    // The next synthesis bundles again.
  }
}

function wasSavedSince(path: string, epochMs: number): boolean {
  return statSync(path).mtimeMs >= epochMs - TIME_RESOLUTION_MS
}

function hashOf(path: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("base64")
  } catch {
    return undefined
  }
}

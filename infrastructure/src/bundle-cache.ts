// Keeps the bundles of each handler for the next synthesis while the files that they were made of are the same: bundling
// takes most of its time.
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

export type Bundle = { path: string; text: string }

export type Bundling = {
  bundles: readonly Bundle[]
  /** The paths of all files that were read, relative to the root. */
  inputs: readonly string[]
}

export type CachedBundles = {
  /** In which the bundles are kept. */
  file: string
  root: string
  /** Of what decides about all bundles besides the contents of their inputs. */
  key: string
  handlers: readonly string[]
  /** Called with the handlers of which an input has changed, and with all of them when the key has changed. */
  bundle(handlers: readonly string[]): ReadonlyMap<string, Bundling>
}

type Kept = { handler: string; inputs: [path: string, hash: string][]; bundles: readonly Bundle[] }

/** Some file systems round the time of a change to two seconds. */
const TIME_RESOLUTION_MS = 2000

export function cachedBundles({ file, root, key, handlers, bundle }: CachedBundles): readonly Bundle[] {
  const kept = unchanged(readKept(file, key), root).filter(({ handler }) => handlers.includes(handler))
  const changed = handlers.filter((name) => !kept.some(({ handler }) => handler === name))
  if (changed.length === 0) return kept.flatMap(({ bundles }) => bundles)
  const startedAt = Date.now()
  const made = bundle(changed)
  const hashOf = fileHashes(root)
  for (const [handler, { inputs, bundles }] of made) {
    const hashes = inputs.map((path): [string, string | undefined] => [path, hashOf(path)])
    // An input that is not a file cannot be compared later, and one that was saved meanwhile may not be what was bundled.
    const canKeep = hashes.every(([path, hash]) => hash !== undefined && !wasSavedSince(join(root, path), startedAt))
    if (canKeep) kept.push({ handler, inputs: hashes as [string, string][], bundles })
  }
  keep(file, JSON.stringify({ key, kept }))
  return [...kept.filter(({ handler }) => !made.has(handler)), ...made.values()].flatMap(({ bundles }) => bundles)
}

function unchanged(kept: readonly Kept[], root: string): Kept[] {
  const hashOf = fileHashes(root)
  return kept.filter(({ inputs }) => inputs.every(([path, hash]) => hashOf(path) === hash))
}

function readKept(file: string, key: string): readonly Kept[] {
  try {
    const read: { key: string; kept: Kept[] } = JSON.parse(readFileSync(file, "utf8"))
    return read.key === key ? read.kept : []
  } catch {
    return []
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

/** Each file is read once: handlers share most of their inputs. The hash is undefined when the path is not a file. */
function fileHashes(root: string): (path: string) => string | undefined {
  const hashes = new Map<string, string | undefined>()
  return (path) => {
    if (!hashes.has(path)) hashes.set(path, hashOf(join(root, path)))
    return hashes.get(path)
  }
}

function hashOf(path: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("base64")
  } catch {
    return undefined
  }
}

// Keeps one function's code folder up to date for `--watch`: bundles the handler again when one of its files changes.
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { GatewayError } from "@document-insight/gateway/cli"
import type { BuildFailure } from "esbuild"
import { type BundledFile, createIncrementalBundle } from "./incremental-bundle.ts"
import type { SharedPackages } from "./shared-packages.ts"

/** A deployed handler: its source file, and the folder of the asset that was built from it. */
export type DeployedHandler = { entry: string; assetFolder: string }

export type FunctionBundle = {
  /** Contains the newest bundle without errors, and the other files of the deployed asset. */
  folder: string
  /**
   * @param changed the changed files. Bundles only if one of them is part of the bundle or if the last bundle failed.
   * Empty if any file may have changed.
   * @returns whether the bundle differs from the one before; for the first bundle, from the deployed one
   * @throws GatewayError BUILD_FAILED; the folder keeps its content
   */
  rebuild(changed: readonly string[]): Promise<boolean>
  close(): Promise<void>
}

/** @param packages of functions that are created before the first of them is bundled */
export async function createFunctionBundle(
  { entry, assetFolder }: DeployedHandler,
  packages?: SharedPackages,
): Promise<FunctionBundle> {
  const folder = mkdtempSync(join(tmpdir(), "function-bundle-"))
  const bundle = await createIncrementalBundle(entry, folder, packages)
  let lastHashes: string | undefined
  /** Undefined before the first bundle and after a failure, because the failure may be a file that does not exist yet. */
  let inputs: Set<string> | undefined

  return {
    folder,
    async rebuild(changed) {
      const previousInputs = inputs
      if (previousInputs && changed.length > 0 && !changed.some((path) => previousInputs.has(path))) return false
      inputs = undefined
      const result = await bundle.rebuild().catch(throwBuildFailed)
      inputs = new Set(result.inputs)
      const hashes = result.files.map(({ hash }) => hash).join()
      const hasChanged =
        lastHashes === undefined ? result.inputs.some((path) => changedSinceStart(path)) : hashes !== lastHashes
      lastHashes = hashes
      if (hasChanged) writeFolder(folder, assetFolder, result.files)
      return hasChanged
    },
    async close() {
      await bundle.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Whether a file may have changed after it was deployed, which this process did when it started. */
function changedSinceStart(path: string): boolean {
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 }
  return mtimeMs > performance.timeOrigin
}

/** Replaces each file by a rename, because an execution environment may read it at any moment. */
function writeFolder(folder: string, assetFolder: string, files: BundledFile[]): void {
  const bundled = new Set(files.map(({ path }) => basename(path)))
  for (const name of readdirSync(assetFolder)) {
    if (!bundled.has(name)) copyFileSync(join(assetFolder, name), join(folder, name))
  }
  for (const { path, contents } of files) {
    if (isSame(path, contents)) continue
    writeFileSync(`${path}.new`, contents)
    renameSync(`${path}.new`, path)
  }
}

function isSame(path: string, contents: Uint8Array): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === contents.length && readFileSync(path).equals(contents)
}

function throwBuildFailed(error: unknown): never {
  const { errors = [] } = error as Partial<BuildFailure>
  const [first] = errors
  if (!first) throw error
  const place = first.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : ""
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ""
  throw new GatewayError("BUILD_FAILED", `${place}${first.text}${more}`, { hint: "", cause: error })
}

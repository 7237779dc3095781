// Handlers, bundled again whenever a file of theirs changes, each into a folder that a function can be run from.
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
import { join } from "node:path"
import { GatewayError } from "@document-insight/gateway"
import type { BuildFailure, OutputFile } from "esbuild"
import { createSplitBundle } from "./split-bundle.ts"

const root = join(import.meta.dirname, "..")

/** A handler as it was deployed: its folder in `functions/src`, and the folder that was made of it. */
export type DeployedHandler = { name: string; assetFolder: string }

export type FunctionBundle = {
  /** Where the newest good bundle lies, with the files that were deployed beside it. */
  folder: string
  /**
   * @param changed bundles only when one of these paths is part of the bundle, or when the last bundle failed; none:
   * any of them may be
   * @returns whether the bundle is another one than before; the first one, than the deployed
   * @throws GatewayError BUILD_FAILED; the folder keeps what it had.
   */
  rebuild(changed: readonly string[]): Promise<boolean>
  close(): Promise<void>
}

export async function createFunctionBundle({ name, assetFolder }: DeployedHandler): Promise<FunctionBundle> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const bundle = await createSplitBundle(join(root, "functions", "src", name, "handler.ts"), folder)
  let written: string | undefined
  /** Unknown until something was bundled, and after a failure: the file that is missing may be the next to be made. */
  let known: Set<string> | undefined

  return {
    folder,
    async rebuild(changed) {
      const inputsBefore = known
      if (inputsBefore && changed.length > 0 && !changed.some((path) => inputsBefore.has(path))) return false
      known = undefined
      const startedAt = Date.now()
      const { files, inputs } = await bundle.rebuild().catch(asGatewayError)
      known = new Set(inputs)
      const hashes = files.map(({ hash }) => hash).join()
      const isOther = written === undefined ? inputs.some((path) => changedUnseen(path, startedAt)) : hashes !== written
      written = hashes
      if (isOther) write(folder, assetFolder, files)
      return isOther
    },
    async close() {
      await bundle.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Since this run began, and so perhaps since it was deployed; but not since `seenFrom`: later changes are told of. */
function changedUnseen(path: string, seenFrom: number): boolean {
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 }
  return mtimeMs > performance.timeOrigin && mtimeMs < seenFrom
}

/** Each file appears whole: an environment may start at any moment. */
function write(folder: string, assetFolder: string, files: OutputFile[]): void {
  for (const name of readdirSync(assetFolder)) {
    if (!name.startsWith("index.mjs")) copyFileSync(join(assetFolder, name), join(folder, name))
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

function asGatewayError(error: unknown): never {
  const { errors = [] } = error as Partial<BuildFailure>
  const [first] = errors
  if (!first) throw error
  const place = first.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : ""
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ""
  throw new GatewayError("BUILD_FAILED", `${place}${first.text}${more}`, { hint: "", cause: error })
}

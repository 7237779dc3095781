// Bundles handlers as a deployment would, again and again: a context remembers what did not change.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { GatewayError } from "@document-insight/gateway"
import { bundleOptions } from "@document-insight/infrastructure"
import { type BuildContext, type BuildFailure, context, type OutputFile } from "esbuild"

const root = join(import.meta.dirname, "..")

/** A handler as it was deployed: its folder in `functions/src`, and the folder that was made of it. */
export type DeployedHandler = { name: string; assetFolder: string }

export type FunctionBundle = {
  /** Where the newest good bundle lies, with the files that were deployed beside it. */
  folder: string
  /**
   * @param changed bundles only when one of these paths is part of the bundle, or when the last bundle failed; none:
   * any of them may be
   * @returns whether the bundle is another one than before
   * @throws GatewayError BUILD_FAILED; the folder keeps what it had.
   */
  rebuild(changed: readonly string[]): Promise<boolean>
  close(): Promise<void>
}

/** The first rebuild compares with what was deployed. */
export async function createFunctionBundle({ name, assetFolder }: DeployedHandler): Promise<FunctionBundle> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const entry = join(root, "functions", "src", name, "handler.ts")
  const bundling: BuildContext<{ write: false; metafile: true }> = await context({
    ...bundleOptions(entry, folder),
    write: false,
    metafile: true,
  })
  let code = readFileSync(join(assetFolder, "index.mjs"), "utf8")
  let hashes = ""
  /** Unknown until something was bundled, and after a failure: the file that is missing may be the next to be made. */
  let inputs: Set<string> | undefined

  return {
    folder,
    async rebuild(changed) {
      const known = inputs
      if (known && changed.length > 0 && !changed.some((path) => known.has(path))) return false
      inputs = undefined
      const { outputFiles, metafile } = await bundling.rebuild().catch(asGatewayError)
      inputs = new Set(Object.keys(metafile.inputs).map((input) => join(root, input)))
      const isFirst = hashes === ""
      const before = hashes
      hashes = outputFiles.map(({ hash }) => hash).join()
      const [bundle = code] = outputFiles.filter(({ path }) => path.endsWith(".mjs")).map(({ text }) => text)
      const isOther = isFirst ? bundle !== code : hashes !== before
      code = bundle
      if (isOther) write(folder, assetFolder, outputFiles)
      return isOther
    },
    async close() {
      await bundling.dispose()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Each file appears whole: an environment may start at any moment. */
function write(folder: string, assetFolder: string, files: OutputFile[]): void {
  const bundled = new Set(["index.mjs", "index.mjs.map"])
  for (const name of readdirSync(assetFolder)) {
    if (!bundled.has(name)) copyFileSync(join(assetFolder, name), join(folder, name))
  }
  for (const { path, contents } of files) {
    writeFileSync(`${path}.new`, contents)
    renameSync(`${path}.new`, path)
  }
}

function asGatewayError(error: unknown): never {
  const { errors = [] } = error as Partial<BuildFailure>
  const [first] = errors
  if (!first) throw error
  const place = first.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : ""
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ""
  throw new GatewayError("BUILD_FAILED", `${place}${first.text}${more}`, { hint: "", cause: error })
}

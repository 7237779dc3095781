// Prepares a function's code on disk: a folder is used as it is, a ZIP archive and inline source are unpacked,
// and the files of a container image are copied.
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join, resolve } from "node:path"
import type { FunctionCode, FunctionDefinition } from "../definition/lambda.ts"
import { runtimeFamily } from "../definition/runtime-family.ts"
import { GatewayError } from "../foundation/errors.ts"
import { bundleCode, entryPointsOf } from "./bundle-code.ts"
import { addResponseModule } from "./cfn-response.ts"
import { isEsModule } from "./is-es-module.ts"
import { hasMakefile, makeCode } from "./make-code.ts"
import { unzip } from "./unzip.ts"

export type PreparedCode = {
  /** Lambda's `/var/task`. */
  taskRoot: string
  /** Lambda's `/opt`, one folder per layer. AWS: a later layer replaces an earlier one (lambda-layers) */
  layerFolders: string[]
  /** Their `node_modules`. */
  layerModules: string[]
  /** Whether all of these folders belong to the gateway, which has unpacked the code. */
  isTemporary: boolean
  /** Changes when the code does. */
  fingerprint: string
  /**
   * Fills the folders above from their archives, once. Needed before a process starts.
   * @throws GatewayError when an archive cannot be read
   */
  unpack(): void
  /** Removes what was unpacked. */
  remove(): void
}

/**
 * Archives of a function that nothing is known to invoke are unpacked when it is invoked: the AWS CLI, which CDK adds as a
 * layer of its own functions, has thousands of files.
 * @throws GatewayError when a folder or archive does not exist
 */
export function prepareCode(definition: FunctionDefinition): PreparedCode {
  const temporary: string[] = []
  const packed = new Map<string, string>()
  const createFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), "lambda-"))
    temporary.push(folder)
    return folder
  }
  const place = (code: FunctionCode): string => {
    if (code.form === "folder") return placeFolder(definition, code, createFolder)
    const folder = createFolder()
    if (code.form === "zip") packed.set(folder, requirePath(definition, code.path))
    else if (code.form === "image") copyImage(code, folder)
    else placeInline(definition, code.source, folder)
    return folder
  }
  const unpack = () => {
    for (const [folder, archive] of packed) {
      unzip(archive, folder)
      packed.delete(folder)
    }
  }
  const remove = () => {
    for (const folder of temporary.splice(0)) rmSync(folder, { recursive: true, force: true })
  }
  try {
    const taskRoot = place(definition.code)
    const layerFolders = definition.layers.map(place).reverse()
    // Of Node.js, the imports are read before the start.
    if (definition.isTarget !== false || runtimeFamily(definition.runtime) === "node") unpack()
    return {
      taskRoot,
      layerFolders,
      layerModules: layerFolders.map((folder) => join(folder, "nodejs", "node_modules")),
      isTemporary: [definition.code, ...definition.layers].every(({ form }) => form !== "folder"),
      fingerprint: fingerprintCode(definition),
      unpack,
      remove,
    }
  } catch (error) {
    remove()
    throw error
  }
}

function placeInline(definition: FunctionDefinition, source: string, folder: string): void {
  writeFileSync(join(folder, inlineName(definition, source)), source)
  addResponseModule(folder, definition.runtime, source)
}

/** Installed modules are linked, because they can be many. */
function copyImage({ path, files }: Extract<FunctionCode, { form: "image" }>, folder: string): void {
  const modules = join(path, "node_modules")
  for (const { from, to } of files) {
    cpSync(from, join(folder, to), { recursive: true, filter: (source) => source !== modules })
  }
  if (existsSync(modules)) symlinkSync(resolve(modules), join(folder, "node_modules"), "junction")
}

/** A folder with sources is built into another one. */
function placeFolder(
  definition: FunctionDefinition,
  { path, build, makeTarget: target, layerFolder }: Extract<FunctionCode, { form: "folder" }>,
  createFolder: () => string,
): string {
  const folder = requirePath(definition, path)
  if (target !== undefined && hasMakefile(folder)) {
    const outdir = createFolder()
    makeCode(definition, { folder, workFolder: createFolder(), outdir, target })
    return outdir
  }
  if (layerFolder !== undefined && !existsSync(join(folder, layerFolder))) {
    const outdir = createFolder()
    symlinkSync(folder, join(outdir, layerFolder), "junction")
    return outdir
  }
  const entryPoints = build && entryPointsOf(folder, build, definition.handler)
  if (!build || !entryPoints) return folder
  const outdir = createFolder()
  bundleCode(definition, { folder, outdir, build, entryPoints })
  return outdir
}

/**
 * Equal as long as definition and code are: contents of folders count by file name, size and time. Compiled files of
 * Python do not count.
 */
export function fingerprintCode(definition: FunctionDefinition): string {
  const paths = [definition.code, ...definition.layers].flatMap((code) => (code.form === "inline" ? [] : [code.path]))
  return JSON.stringify([definition, ...paths.map(fingerprintPath)])
}

function fingerprintPath(path: string): string[] {
  if (!existsSync(path)) return []
  const stat = statSync(path)
  if (!stat.isDirectory()) return [`${path} ${stat.size} ${stat.mtimeMs}`]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith("__pycache__"))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name)
      const { size, mtimeMs } = statSync(file)
      return `${file} ${size} ${mtimeMs}`
    })
}

function requirePath(definition: FunctionDefinition, path: string): string {
  if (existsSync(path)) return resolve(path)
  const other = sameNameInOtherCase(path)
  throw new GatewayError("FILE_NOT_FOUND", `The code of function ${definition.logicalId} is not at ${path}.`, {
    hint:
      other === undefined
        ? `Build the application first, as its README describes. If it is built, ${correctionOf(definition, path)}`
        : `There is ${other}: names are case-sensitive on this machine. Correct the path in the template.`,
  })
}

/** Names the property of the template that has the path. */
function correctionOf({ constructPath, code, logicalId }: FunctionDefinition, path: string): string {
  if (constructPath !== undefined) return `synthesize the app again: the asset path of ${constructPath} is outdated.`
  if (code.form === "inline" || code.path !== path) return `correct the ContentUri of the layer of ${logicalId}.`
  return `correct the CodeUri of ${logicalId} (Code in a template without SAM).`
}

function sameNameInOtherCase(path: string): string | undefined {
  const full = resolve(path)
  const folder = dirname(full)
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names.find((name) => name.toLowerCase() === basename(full).toLowerCase())
}

function inlineName({ runtime }: FunctionDefinition, source: string): string {
  if (runtimeFamily(runtime) === "python") return "index.py"
  // AWS?: inline code that imports or exports is `index.mjs`, other code `index.js` (lambda-inline)
  return isEsModule(source) ? "index.mjs" : "index.js"
}

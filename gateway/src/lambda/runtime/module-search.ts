// Decides where a function's code may find a module: in its own folders, in its layers, or in the AWS SDK of the runtime.
import { isBuiltin } from "node:module"
import { dirname, join, sep } from "node:path"
import { existsSync, fileURLToPath, pathToFileURL, realpathSync } from "./builtins.ts"

export type ModuleFolders = {
  /** Lambda's `/var/task`. */
  taskRoot: string
  /** `node_modules` folders of layers, first one wins. */
  layerModules: readonly string[]
  /** `node_modules` folders, or folders below one, that have the AWS SDK, first one wins. */
  sdkFolders: readonly string[]
  /** `nodejs24.x` */
  runtime: string
}

/**
 * `default`: as Node.js searches from the module that asks. `within`: the same, but only a result inside the function's
 * code counts. Otherwise the folder to search from.
 */
export type SearchStep = "default" | "within" | { from: string }

export type ModuleSearch = {
  /** @param parentUrl the module that asks */
  steps(specifier: string, parentUrl: string | undefined): SearchStep[]
  isWithinTask(url: string): boolean
}

export function createModuleSearch({ taskRoot, layerModules, sdkFolders, runtime }: ModuleFolders): ModuleSearch {
  const root = realPath(taskRoot)
  const isWithin = (path: string) => path === root || path.startsWith(root + sep)
  const pathOf = (url: string | undefined) => (url?.startsWith("file:") ? fileURLToPath(url) : undefined)
  const from = (folder: string): SearchStep => ({ from: folder })

  return {
    steps(specifier, parentUrl) {
      const parent = pathOf(parentUrl)
      const name = packageName(specifier)
      if (name === undefined || parent === undefined) return ["default"]
      const isSdk = isInRuntime(name, runtime)
      const layers = layerModules.map(from)
      const sdk = isSdk ? sdkFolders.map(from) : []
      // A package that is linked into the code, a layer and the AWS SDK find their own dependencies as everywhere.
      if (!isWithin(parent)) return ["default", ...layers, ...sdk]
      if (isInstalledBetween(dirname(parent), root, name)) return ["default"]
      // AWS: nothing above /var/task is deployed, so `node_modules` there are not found (lambda-modules-above)
      return [...layers, isSdk ? "default" : "within", ...sdk]
    },
    isWithinTask(url) {
      const path = pathOf(url)
      return path === undefined || isWithin(path)
    },
  }
}

/**
 * AWS: Node.js runtimes include the AWS SDK for JavaScript v3, those up to nodejs16.x the one before it (lambda-sdk)
 * @param packageName `@aws-sdk/client-s3`
 * @param runtime `nodejs24.x`
 */
export function isInRuntime(packageName: string, runtime: string): boolean {
  const major = Number(/^nodejs(\d+)/.exec(runtime)?.[1])
  return major < 18 ? packageName === "aws-sdk" : /^@(aws-sdk|smithy|aws-crypto)\//.test(packageName)
}

/** The package of a bare specifier: `@scope/name/path` is in `@scope/name`. */
export function packageName(specifier: string): string | undefined {
  if (isBuiltin(specifier)) return undefined
  return /^(?:@[^/.:#][^/:]*\/)?[^./@#:][^/:]*(?=\/|$)/.exec(specifier)?.[0]
}

function isInstalledBetween(folder: string, root: string, name: string): boolean {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, "node_modules", name))) return true
    if (current === root || current === dirname(current)) return false
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** The module from which Node.js searches a folder. */
export function searchUrl({ from }: Extract<SearchStep, object>): string {
  return pathToFileURL(join(from, "..", "index.js")).href
}

/** AWS: what a function gets for a module that is not there (lambda-module-missing) */
export function missingModule(specifier: string, parentUrl: string | undefined, isRequired: boolean): Error {
  const parent = parentUrl?.startsWith("file:") ? fileURLToPath(parentUrl) : (parentUrl ?? "")
  if (isRequired) {
    const error = new Error(`Cannot find module '${specifier}'\nRequire stack:\n- ${parent}`)
    return Object.assign(error, { code: "MODULE_NOT_FOUND", requireStack: [parent] })
  }
  const message = `Cannot find package '${packageName(specifier) ?? specifier}' imported from ${parent}`
  return Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" })
}

export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND"
}

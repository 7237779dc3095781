// Lets a function's code import what Lambda has, and nothing more: its own modules, those of its layers, the AWS SDK.
import nodeModule, { createRequire } from "node:module"
import { pathToFileURL } from "./builtins.ts"
import {
  createModuleSearch,
  isMissing,
  type ModuleFolders,
  type ModuleSearch,
  missingModule,
  type SearchStep,
  searchUrl,
} from "./module-search.ts"
import { compileAsCommonJs, createModuleType, type ModuleType } from "./module-type.ts"

// Differs: only the Node.js modules of layers are found; there is no /opt, and extensions do not run (lambda-layers)
export function installModuleResolution(folders: ModuleFolders): void {
  const search = createModuleSearch(folders)
  const moduleType = createModuleType(folders.taskRoot)
  if (moduleType) compileAsCommonJs(moduleType)
  if (typeof nodeModule.registerHooks === "function") registerSyncHooks(search, moduleType)
  else {
    // Before Node.js 22.15 and 23.5: `import` is resolved in a thread of Node.js, `require` in this one.
    nodeModule.register(new URL("./module-hooks.mjs", import.meta.url), { data: folders })
    replaceRequire(search)
  }
}

function registerSyncHooks(search: ModuleSearch, moduleType: ModuleType | undefined): void {
  // A search for `require` passes through this hook again, which then does nothing.
  let searching = false
  nodeModule.registerHooks({
    resolve(specifier, context, following) {
      const next: typeof following = (...request) => {
        const found = following(...request)
        return moduleType ? moduleType.apply(found) : found
      }
      const steps = searching ? (["default"] as const) : search.steps(specifier, context.parentURL)
      if (steps[0] === "default" && steps.length === 1) return next(specifier, context)
      const isRequired = context.conditions?.includes("require") ?? false
      return firstOf(steps, {
        specifier,
        parentUrl: context.parentURL,
        isRequired,
        search,
        resolve(step) {
          if (typeof step === "string") return next(specifier, context)
          if (!isRequired) return next(specifier, { ...context, parentURL: searchUrl(step) })
          // For `require`, Node.js searches from the module that asked only.
          searching = true
          try {
            const file = createRequire(searchUrl(step)).resolve(specifier)
            return { url: pathToFileURL(file).href, shortCircuit: true }
          } finally {
            searching = false
          }
        },
      })
    },
  })
}

type ResolveFilename = (
  this: unknown,
  request: string,
  parent?: { filename?: string | null },
  ...rest: unknown[]
) => string

function replaceRequire(search: ModuleSearch): void {
  const internals = nodeModule as unknown as { _resolveFilename: ResolveFilename }
  const original = internals._resolveFilename
  let searching = false
  internals._resolveFilename = function (request, parent, ...rest) {
    const byDefault = () => original.call(this, request, parent, ...rest)
    const parentUrl = parent?.filename ? pathToFileURL(parent.filename).href : undefined
    const steps = searching ? (["default"] as const) : search.steps(request, parentUrl)
    if (steps[0] === "default" && steps.length === 1) return byDefault()
    const resolve = (step: SearchStep) => {
      if (typeof step === "string") return { url: pathToFileURL(byDefault()).href, file: byDefault() }
      searching = true
      try {
        const file = createRequire(searchUrl(step)).resolve(request)
        return { url: pathToFileURL(file).href, file }
      } finally {
        searching = false
      }
    }
    return firstOf(steps, { specifier: request, parentUrl, isRequired: true, search, resolve }).file
  }
}

type Resolution<Resolved> = {
  specifier: string
  parentUrl: string | undefined
  isRequired: boolean
  search: ModuleSearch
  resolve(step: SearchStep): Resolved
}

/** @throws the error of Node.js, which names the file of the handler, or the same for what Lambda does not have */
function firstOf<Resolved extends { url: string }>(
  steps: readonly SearchStep[],
  { specifier, parentUrl, isRequired, search, resolve }: Resolution<Resolved>,
): Resolved {
  let failure: unknown
  for (const step of steps) {
    try {
      const found = resolve(step)
      if (step !== "within" || search.isWithinTask(found.url)) return found
    } catch (error) {
      if (!isMissing(error)) throw error
      if (typeof step === "string") failure = error
    }
  }
  throw failure ?? missingModule(specifier, parentUrl, isRequired)
}

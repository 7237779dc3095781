// Resolves the `import`s of a function's code on a Node.js without synchronous hooks. It runs in a thread of Node.js.

import { createModuleSearch, isMissing, missingModule, searchUrl } from "./module-search.ts"
import { createModuleType } from "./module-type.ts"

/** @type {import("./module-search.ts").ModuleSearch | undefined} */
let search
/** @type {import("./module-type.ts").ModuleType | undefined} */
let moduleType

/** @param {import("./module-search.ts").ModuleFolders} folders */
export function initialize(folders) {
  search = createModuleSearch(folders)
  moduleType = createModuleType(folders.taskRoot)
}

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, next) {
  let failure
  for (const step of search?.steps(specifier, context.parentURL) ?? ["default"]) {
    try {
      const found = await next(
        specifier,
        typeof step === "string" ? context : { ...context, parentURL: searchUrl(step) },
      )
      if (step !== "within" || search?.isWithinTask(found.url)) return moduleType?.apply(found) ?? found
    } catch (error) {
      if (!isMissing(error)) throw error
      if (typeof step === "string") failure = error
    }
  }
  throw failure ?? missingModule(specifier, context.parentURL, false)
}

// Lets a function's code import what Lambda's managed runtime has on board: the AWS SDK and the modules of its layers.
import { createRequire, registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const inTheRuntime = /^@(aws-sdk|smithy|aws-crypto)\//

/**
 * The function's own modules win, then its layers', then the runtime's.
 * Differs: only the Node.js modules of layers are found; there is no /opt, and extensions do not run (lambda-layers)
 * AWS: Node.js runtimes include the AWS SDK for JavaScript v3 (lambda-sdk)
 * @param layerModules `node_modules` folders of layers, first one wins.
 */
export function installModuleResolution(layerModules: string[]): void {
  const layers = layerModules.map((folder) => pathToFileURL(join(folder, "..", "index.js")).href)
  // A search for `require` passes through this hook again, which must then leave it alone.
  let searching = false
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        if (searching || !isMissing(error) || !isBare(specifier)) throw error
        const parents = inTheRuntime.test(specifier) ? [...layers, import.meta.url] : layers
        for (const parentURL of parents) {
          try {
            if (!context.conditions?.includes("require")) return next(specifier, { ...context, parentURL })
            // Node's own step for `require` knows no other parent than the module that asked.
            searching = true
            const file = createRequire(parentURL).resolve(specifier)
            return { url: pathToFileURL(file).href, shortCircuit: true }
          } catch {
            // The next folder may have it; if none has, the first error is the one that names the handler's file.
          } finally {
            searching = false
          }
        }
        throw error
      }
    },
  })
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND"
}

function isBare(specifier: string): boolean {
  return !/^(\.{1,2}\/|\/|[a-z]+:)/.test(specifier)
}

// Lets a function's code import what Lambda's managed runtime includes: the AWS SDK and the modules of its layers.
import nodeModule, { createRequire } from "node:module"
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
  // A search for `require` passes through this hook again, which then does nothing.
  let searching = false
  // Before Node.js 22.15 a function has only its own modules.
  nodeModule.registerHooks?.({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        if (searching || !isMissing(error) || !isBare(specifier)) throw error
        const parents = inTheRuntime.test(specifier) ? [...layers, import.meta.url] : layers
        for (const parentURL of parents) {
          try {
            if (!context.conditions?.includes("require")) return next(specifier, { ...context, parentURL })
            // For `require`, Node.js searches from the module that asked only.
            searching = true
            const file = createRequire(parentURL).resolve(specifier)
            return { url: pathToFileURL(file).href, shortCircuit: true }
          } catch {
            // The next folder may have it. If none has, the first error names the file of the handler.
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

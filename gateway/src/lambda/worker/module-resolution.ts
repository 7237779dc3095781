// Lets a function's code import what Lambda's managed runtime has on board: the AWS SDK and the modules of its layers.
import { registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const inTheRuntime = /^@(aws-sdk|smithy|aws-crypto)\//

/**
 * The function's own modules win, then its layers', then the runtime's.
 * AWS: Node.js runtimes include the AWS SDK for JavaScript v3. [doc: Lambda, Node.js runtimes]
 * @param layerModules `node_modules` folders of layers, first one wins.
 */
export function installModuleResolution(layerModules: string[]): void {
  const layers = layerModules.map((folder) => pathToFileURL(join(folder, "..", "index.js")).href)
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        if (!isMissing(error) || !isBare(specifier)) throw error
        const parents = inTheRuntime.test(specifier) ? [...layers, import.meta.url] : layers
        for (const parentURL of parents) {
          try {
            return next(specifier, { ...context, parentURL })
          } catch {
            // The next folder may have it; if none has, the first error is the one that names the handler's file.
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

// Lets fauxqs load without the packages of fastify that compile schemas and compare versions of plugins. It uses neither, and
// to load them takes a third of the time in which the stand-in starts.
import nodeModule, { createRequire } from "node:module"
import { deferCompiler, deferProperties, type Load } from "../stand-in/deferred-module.ts"

/** What fastify gets in place of each package until it uses it. */
const replacements = new Map<string, (load: Load) => unknown>([
  ["@fastify/ajv-compiler", deferCompiler],
  ["@fastify/fast-json-stringify-compiler", deferCompiler],
  ["semver", deferProperties],
])

/** Called before fauxqs is loaded. A package that is not there, as in another version of fastify, is left out. */
export function deferPackages(): void {
  try {
    const requireAsFauxqs = createRequire(import.meta.resolve("fauxqs"))
    const requireAsFastify = createRequire(requireAsFauxqs.resolve("fastify"))
    for (const [name, replace] of replacements) deferPackage(requireAsFastify, name, replace)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.includes("MODULE_NOT_FOUND") !== true) throw error
  }
}

function deferPackage(require: NodeJS.Require, name: string, replace: (load: Load) => unknown): void {
  const path = require.resolve(name)
  const deferred = new nodeModule.Module(path)
  deferred.filename = path
  deferred.loaded = true
  deferred.exports = replace(() => {
    if (require.cache[path] === deferred) delete require.cache[path]
    return require(path)
  })
  require.cache[path] = deferred
}

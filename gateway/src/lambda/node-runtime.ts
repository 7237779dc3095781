// Provides the runtime of Node.js functions as one file: as built in the package, bundled when the gateway runs from its
// sources. To load and link its modules one by one would take a third of the time in which an environment starts.
import nodeModule, { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { BuildOptions, BuildResult } from "esbuild"
import { cachedBundle } from "../foundation/cached-bundle.ts"
import { compileCacheFolder } from "../foundation/compile-cache.ts"

type Esbuild = { buildSync(options: BuildOptions & { metafile: true }): BuildResult<{ metafile: true }> }

/** Whether this is the built package and not the sources. */
const isBuilt = !import.meta.url.endsWith(".ts")
const folder = fileURLToPath(new URL("./runtime/", import.meta.url))

// As URLs: `npm run mutants` and knip find by them what the gateway starts.
const sources = {
  start: new URL("./runtime/start.mjs", import.meta.url),
  index: new URL("./runtime/main.ts", import.meta.url),
  "module-hooks": new URL("./runtime/module-hooks.mjs", import.meta.url),
}

let runtimeFolder: string | undefined

/** @returns the program, whose argument is the folder of its compile cache */
export function nodeRuntime(): string {
  runtimeFolder ??= isBuilt ? folder : cachedBundle(cacheFolder(), folder, bundleNodeRuntime)
  return join(runtimeFolder, "start.mjs")
}

/** Beyond this process when it keeps compiled code itself. */
function cacheFolder(): string {
  return join(nodeModule.getCompileCacheDir?.() ?? compileCacheFolder("lambda"), "node-runtime")
}

/**
 * Bundles the runtime. `npm run pack` writes it to the package.
 * @returns the files that the bundle was made of
 */
export function bundleNodeRuntime(outdir: string): string[] {
  // A dependency of the repository and not of the package.
  const { buildSync } = createRequire(import.meta.url)("esbuild") as Esbuild
  const { metafile } = buildSync({
    absWorkingDir: folder,
    entryPoints: Object.fromEntries(Object.entries(sources).map(([name, url]) => [name, fileURLToPath(url)])),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "silent",
  })
  return [fileURLToPath(import.meta.url), ...Object.keys(metafile.inputs).map((path) => join(folder, path))]
}

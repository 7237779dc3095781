// How esbuild makes a handler into one ES module: said once, for deployments and for reloads while developing.
import { join } from "node:path"
import type { BuildOptions } from "esbuild"
import { repositoryRoot } from "./repository-root.ts"

/** Dependencies that are CommonJS still call `require`, which an ES module does not have. */
const requireForDependencies =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);'

/** esbuild's options for a handler. The AWS SDK is bundled: a fixed version, and a faster cold start than the runtime's. */
export function bundleOptions(entry: string, outdir: string): BuildOptions {
  return {
    entryPoints: [entry],
    outfile: join(outdir, "index.mjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: requireForDependencies },
    logLevel: "silent",
    absWorkingDir: repositoryRoot,
  }
}

// The esbuild options that bundle a handler into an ES module, for deployments and for reloads during development.
import { readdirSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { BuildOptions } from "esbuild"
import { repositoryRoot } from "./repository-root.ts"

/** CommonJS dependencies use `require` and `__dirname`, which do not exist in an ES module. */
const namesForDependencies =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname;'

/**
 * Bundles a handler into `index.mjs`. Each file next to it whose name ends with `-thread.ts` or `-module.ts` is
 * bundled under its own name: the entry point of a worker thread, and a module that is loaded only when it is needed. The AWS SDK is bundled too: its version is fixed and it loads faster than the
 * runtime's.
 */
export function bundleOptions(entry: string, outdir: string): BuildOptions {
  return {
    entryPoints: [{ in: entry, out: "index" }, ...separateEntries(dirname(entry))],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true,
    // Stop words of many languages would be three times as long in escape sequences.
    charset: "utf8",
    sourcemap: true,
    sourcesContent: false,
    banner: { js: namesForDependencies },
    logLevel: "silent",
    absWorkingDir: repositoryRoot,
  }
}

function separateEntries(folder: string): { in: string; out: string }[] {
  const files = readdirSync(folder).filter((name) => /-(thread|module)\.ts$/.test(name))
  return files.sort().map((name) => ({ in: join(folder, name), out: basename(name, ".ts") }))
}

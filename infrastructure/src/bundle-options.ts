// The esbuild options that bundle a handler into an ES module, for deployments and for reloads during development.
import { readdirSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { BuildOptions } from "esbuild"
import { repositoryRoot } from "./repository-root.ts"

/** CommonJS dependencies use `require` and `__dirname`, which do not exist in an ES module. */
const namesForDependencies =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname;'

const httpModule = join(import.meta.dirname, "http-module.cjs")

/**
 * Bundles a handler into `index.mjs`. Each file next to it whose name ends with `-thread.ts` or `-module.ts` is
 * bundled under its own name: the entry point of a worker thread, and a module that is loaded only when it is needed. The AWS SDK is bundled too: its version is fixed and it loads faster than the
 * runtime's.
 */
export function bundleOptions(entry: string, outdir: string): BuildOptions {
  return optionsFor(entryPointsOf(entry), outdir)
}

type EntryPoint = { in: string; out: string }

/** The same for entry points of several handlers. */
export function optionsFor(entryPoints: EntryPoint[], outdir: string): BuildOptions {
  return {
    entryPoints,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    alias: { http: httpModule, "node:http": httpModule },
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

/** The handler and the files next to it that are bundled under their own names. */
export function entryPointsOf(entry: string): EntryPoint[] {
  const folder = dirname(entry)
  const separate = readdirSync(folder).filter((name) => /-(thread|module)\.ts$/.test(name))
  const others = separate.sort().map((name) => ({ in: join(folder, name), out: basename(name, ".ts") }))
  return [{ in: entry, out: "index" }, ...others]
}

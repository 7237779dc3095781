// Bundles a stand-in with its packages into one file, without what it does not use.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { BuildOptions, BuildResult, Plugin } from "esbuild"
import { storeFiles } from "../s3-sqs/package-stores.ts"

type Esbuild = { build(options: BuildOptions & { metafile: true }): Promise<BuildResult<{ metafile: true }>> }

// A module of Node.js reads many others: those of TLS and HTTP/2 take a third of the time that a stand-in needs to start.
const deferred: Record<string, "deferClasses" | "deferCompiler" | "deferProperties"> = {
  https: "deferProperties",
  "node:https": "deferProperties",
  "node:http2": "deferProperties",
  "@fastify/ajv-compiler": "deferCompiler",
  "@fastify/fast-json-stringify-compiler": "deferCompiler",
  semver: "deferProperties",
  level: "deferClasses",
}

const require = createRequire(import.meta.url)
const deferredModule = fileURLToPath(new URL("./deferred-module.ts", import.meta.url))
const DEFERRED = "deferred"

/**
 * @param entry the main file of the stand-in
 * @param outdir receives `main.cjs`: to `require` a module of Node.js does not read all of its exports
 * @returns the files that the bundle was made of; of a package, its package.json
 */
export async function bundleStandIn(entry: string, outdir: string): Promise<string[]> {
  // A dependency of the repository and not of the package.
  const { build } = require("esbuild") as Esbuild
  const folder = dirname(entry)
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: { main: entry },
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    metafile: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    logLevel: "silent",
    plugins: [deferModules, requireByPath],
  })
  const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith(`${DEFERRED}:`))
  return [...new Set([import.meta.filename, ...inputs.map((path) => sourceOf(join(folder, path)))])]
}

const deferModules: Plugin = {
  name: "defer-modules",
  setup({ onResolve, onLoad }) {
    const names = Object.keys(deferred).map((name) => name.replaceAll("/", "\\/"))
    onResolve({ filter: new RegExp(`^(${names.join("|")})$`) }, ({ path, namespace, resolveDir }) =>
      namespace === DEFERRED
        ? { path: createRequire(join(resolveDir, "_")).resolve(path), external: true }
        : { path, namespace: DEFERRED, pluginData: resolveDir },
    )
    onLoad({ filter: /./, namespace: DEFERRED }, ({ path, pluginData }) => ({
      contents: `const { ${deferred[path]} } = require(${JSON.stringify(deferredModule)})
module.exports = ${deferred[path]}(() => require(${JSON.stringify(path)}))`,
      resolveDir: String(pluginData),
    }))
  },
}

/** What the modules load by a path that esbuild cannot follow, or that depends on where they are. */
const requireByPath: Plugin = {
  name: "require-by-path",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dynalite[\\/]index\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll("/' + action)", "/' + action + '.js')"),
    }))
    onLoad({ filter: /[\\/]s3-sqs[\\/]package-stores\.ts$/ }, () => {
      const imports = storeFiles().map((file) => `import(${JSON.stringify(fileURLToPath(file))})`)
      return { contents: `export const loadStores = () => Promise.all([${imports.join(", ")}])` }
    })
  },
}

/** The files of a package change only with its package.json. */
function sourceOf(path: string): string {
  const inPackage = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+[\\/]/.exec(path)
  return inPackage ? join(inPackage[0], "package.json") : path
}

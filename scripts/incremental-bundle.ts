// Bundles a handler for `--watch`: npm packages become modules of their own next to the handler's bundle and are bundled
// again only when the handler imports another one. The packages are most of a bundle, so that a change in the handler
// costs milliseconds. A deployment has everything in one file; the parts are the same.
import { isAbsolute, join, relative, sep } from "node:path"
import { bundleOptions } from "@document-insight/infrastructure"
import { type BuildOptions, build, context, type OutputFile, type Plugin } from "esbuild"

export type IncrementalBundle = {
  /** @throws BuildFailure of esbuild */
  rebuild(): Promise<{
    files: OutputFile[] /** Absolute paths of the sources outside node_modules. */
    inputs: string[]
  }>
  close(): Promise<void>
}

type PackageModule = {
  /** Relative to the handler's bundle. */ path: string
  exports: readonly string[]
  isCommonJs: boolean
}

type PackageModules = { modules: ReadonlyMap<string, PackageModule>; files: OutputFile[] }

/** @param folder where the caller writes the files: `index.mjs`, a module per package, the chunks that these share, maps */
export async function createIncrementalBundle(entry: string, folder: string): Promise<IncrementalBundle> {
  const options = {
    ...bundleOptions(entry, folder),
    write: false as const,
    metafile: true as const,
    // A file that is read while an editor saves it has no exports yet.
    logOverride: { "import-is-undefined": "error" as const },
  }
  const root = options.absWorkingDir ?? ""
  /** Import specifier -> resolved file. */
  const imported = new Map<string, string>()
  let packages: PackageModules = { modules: new Map(), files: [] }
  const handler = await context({
    ...options,
    plugins: [separatePackages(imported, (specifier) => packages.modules.get(specifier))],
  })

  return {
    async rebuild() {
      for (;;) {
        imported.clear()
        const { outputFiles, metafile } = await handler.rebuild()
        if ([...imported.keys()].every((specifier) => packages.modules.has(specifier))) {
          const inputs = Object.keys(metafile.inputs).map((input) => join(root, input))
          const isSource = (path: string) => !isInstalled(path) && !path.startsWith(join(root, `${packageNamespace}:`))
          return { files: [...outputFiles, ...packages.files], inputs: inputs.filter(isSource) }
        }
        packages = await bundlePackages(imported, options, folder)
      }
    },
    close: () => handler.dispose(),
  }
}

const packageNamespace = "package"

/** Makes every import of a package from outside node_modules an import of the package's module. */
function separatePackages(
  imported: Map<string, string>,
  moduleOf: (specifier: string) => PackageModule | undefined,
): Plugin {
  const isNested = Symbol("resolved by this plugin")
  return {
    name: "separate-packages",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === isNested || kind === "entry-point" || isInstalled(importer)) return undefined
        const resolved = await resolve(path, { kind, importer, resolveDir, pluginData: isNested })
        if (resolved.errors.length > 0 || resolved.external || !isInstalled(resolved.path)) return undefined
        imported.set(path, resolved.path)
        const module = moduleOf(path)
        if (!module) return { path, external: true }
        const isLoadedLater = kind === "dynamic-import" && !module.isCommonJs
        return isLoadedLater ? { path: module.path, external: true } : { path, namespace: packageNamespace }
      })
      onLoad({ filter: /.*/, namespace: packageNamespace }, ({ path: specifier }) => {
        const { path, exports, isCommonJs } = moduleOf(specifier) as PackageModule
        // The bundle of a CommonJS package exports `module.exports` as its default.
        if (isCommonJs) return { contents: `module.exports = require(${JSON.stringify(path)}).default` }
        // Listed by name, so that esbuild reports an import that does not exist.
        const names = exports.map((name) => JSON.stringify(name))
        return { contents: `export { ${names.join(", ")} } from ${JSON.stringify(path)}` }
      })
      onResolve({ filter: /.*/, namespace: packageNamespace }, ({ path }) => ({ path, external: true }))
    },
  }
}

async function bundlePackages(
  imported: ReadonlyMap<string, string>,
  { plugins: _, ...options }: BuildOptions & { write: false; metafile: true },
  folder: string,
): Promise<PackageModules> {
  const root = options.absWorkingDir ?? ""
  const entries = [...imported].map(([specifier, path]) => ({ specifier, path, name: specifier.replaceAll("/", "+") }))
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: entries.map(({ path, name }) => ({ in: path, out: name })),
    outdir: folder,
    // Packages that share dependencies, such as the clients of the AWS SDK, share their state too.
    splitting: true,
  })
  const pathInMetafile = (path: string) => relative(root, path).replaceAll(sep, "/")
  const modules = entries.map(({ specifier, path, name }): [string, PackageModule] => {
    const { exports = [] } = metafile.outputs[pathInMetafile(join(folder, `${name}.mjs`))] ?? {}
    const isCommonJs = metafile.inputs[pathInMetafile(path)]?.format === "cjs"
    return [specifier, { path: `./${name}.mjs`, exports, isCommonJs }]
  })
  return { modules: new Map(modules), files: outputFiles }
}

/** Workspaces are resolved to their folders and are sources like any other. */
function isInstalled(path: string): boolean {
  return isAbsolute(path) && path.includes(`${sep}node_modules${sep}`)
}

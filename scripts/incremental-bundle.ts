// Bundles a handler for `--watch`: npm packages become modules of their own next to the handler's bundle and are bundled
// again only when the handler imports another one. The packages are most of a bundle, so that a change in the handler
// costs milliseconds. A deployment has everything in one file; the parts are the same.
import { basename, join } from "node:path"
import { bundleOptions } from "@document-insight/infrastructure"
import { context, type OutputFile, type Plugin } from "esbuild"
import {
  createSharedPackages,
  isInstalled,
  type PackageModule,
  type PackageModules,
  type SharedPackages,
} from "./shared-packages.ts"

export type BundledFile = Pick<OutputFile, "path" | "contents" | "hash">

export type IncrementalBundle = {
  /** @throws BuildFailure of esbuild */
  rebuild(): Promise<{
    files: BundledFile[] /** Absolute paths of the sources outside node_modules. */
    inputs: string[]
  }>
  close(): Promise<void>
}

/**
 * @param folder where the caller writes the files: `index.mjs`, a module per package, the chunks that these share, maps
 * @param packages of handlers that are created before the first of them is rebuilt
 */
export async function createIncrementalBundle(
  entry: string,
  folder: string,
  packages: SharedPackages = createSharedPackages(),
): Promise<IncrementalBundle> {
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
  let bundled: PackageModules = { modules: new Map(), filesOf: () => [] }
  const handler = await context({
    ...options,
    plugins: [separatePackages(imported, (specifier) => bundled.modules.get(specifier))],
  })
  // Only for the imports that it finds before an error, which the first rebuild reports.
  await handler.rebuild().catch(() => undefined)
  packages.expect(imported)

  return {
    async rebuild() {
      for (;;) {
        imported.clear()
        const { outputFiles, metafile } = await handler.rebuild()
        if ([...imported.keys()].every((specifier) => bundled.modules.has(specifier))) {
          const inputs = Object.keys(metafile.inputs).map((input) => join(root, input))
          const isSource = (path: string) => !isInstalled(path) && !path.startsWith(join(root, `${packageNamespace}:`))
          return { files: [...outputFiles, ...packageFiles()], inputs: inputs.filter(isSource) }
        }
        bundled = await packages.bundle(imported, options)
      }
    },
    close: () => handler.dispose(),
  }

  function packageFiles(): BundledFile[] {
    return bundled
      .filesOf(imported.keys())
      .map(({ path, contents, hash }) => ({ path: join(folder, basename(path)), contents, hash }))
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

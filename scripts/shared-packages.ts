// Bundles the npm packages that handlers import, for `--watch`: those of all handlers in one build, because most of them
// import the same large ones, such as the clients of the AWS SDK.
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path"
import { type BuildOptions, build, type Metafile, type OutputFile } from "esbuild"

export type PackageModule = {
  /** Relative to the handler's bundle. */ path: string
  exports: readonly string[]
  isCommonJs: boolean
}

export type PackageModules = {
  /** By import specifier. */
  modules: ReadonlyMap<string, PackageModule>
  /** The files of these modules and the chunks and maps that they need, in a folder that is not written. */
  filesOf(specifiers: Iterable<string>): OutputFile[]
}

export type SharedPackages = {
  /** Adds imports of a handler (specifier and file) to the first build. */
  expect(imported: ReadonlyMap<string, string>): void
  /**
   * @param options those of the handler's bundle
   * @throws BuildFailure of esbuild
   */
  bundle(imported: ReadonlyMap<string, string>, options: BuildOptions): Promise<PackageModules>
}

export function createSharedPackages(): SharedPackages {
  const expected = new Map<string, string>()
  let first: Promise<PackageModules> | undefined
  return {
    expect(imported) {
      for (const [specifier, path] of imported) expected.set(specifier, path)
    },
    async bundle(imported, options) {
      first ??= bundlePackages(new Map([...expected, ...imported]), options)
      // A package of another handler may be what cannot be bundled.
      const shared = await first.catch(() => undefined)
      const isComplete = shared && [...imported.keys()].every((specifier) => shared.modules.has(specifier))
      return isComplete ? shared : await bundlePackages(imported, options)
    },
  }
}

async function bundlePackages(
  imported: ReadonlyMap<string, string>,
  { plugins: _, outdir: folder = "", ...options }: BuildOptions,
): Promise<PackageModules> {
  const root = options.absWorkingDir ?? ""
  // Beside the folder of the handler, to which the sources of its maps are relative as well.
  const outdir = join(dirname(folder), "packages")
  const entries = [...imported].map(([specifier, path]) => ({ specifier, path, name: nameOf(specifier) }))
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: entries.map(({ path, name }) => ({ in: path, out: name })),
    outdir,
    write: false,
    metafile: true,
    // Packages that share dependencies, such as the clients of the AWS SDK, share their state too.
    splitting: true,
  })
  const pathInMetafile = (path: string) => relative(root, path).replaceAll(sep, "/")
  const modules = entries.map(({ specifier, path, name }): [string, PackageModule] => {
    const { exports = [] } = metafile.outputs[pathInMetafile(join(outdir, `${name}.mjs`))] ?? {}
    const isCommonJs = metafile.inputs[pathInMetafile(path)]?.format === "cjs"
    return [specifier, { path: `./${name}.mjs`, exports, isCommonJs }]
  })
  const byName = new Map(outputFiles.map((file) => [basename(file.path), file]))
  const importsOf = importsByName(metafile)
  return {
    modules: new Map(modules),
    filesOf(specifiers) {
      const names = new Set([...specifiers].map((specifier) => `${nameOf(specifier)}.mjs`))
      // A set visits what is added meanwhile.
      for (const name of names) for (const one of importsOf.get(name) ?? []) names.add(one)
      return [...names].flatMap((name) => [byName.get(name) ?? [], byName.get(`${name}.map`) ?? []].flat())
    },
  }
}

/** The name of the module of a package, without its ending. */
function nameOf(specifier: string): string {
  return specifier.replaceAll("/", "+")
}

function importsByName({ outputs }: Metafile): Map<string, string[]> {
  return new Map(
    Object.entries(outputs).map(([path, { imports }]) => [
      basename(path),
      imports.filter(({ external }) => !external).map((one) => basename(one.path)),
    ]),
  )
}

/** Workspaces are resolved to their folders and are sources like any other. */
export function isInstalled(path: string): boolean {
  return isAbsolute(path) && path.includes(`${sep}node_modules${sep}`)
}

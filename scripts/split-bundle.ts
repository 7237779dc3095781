// Bundles a handler in two modules, so that a change of ours does not bundle its packages again: they are bundled once
// for each set of names that our code takes from them. A deployment has all in one module; the parts are the same.
import { isBuiltin } from "node:module"
import { dirname, join } from "node:path"
import { bundleOptions } from "@document-insight/infrastructure"
import { type BuildContext, build, context, type OutputFile, type Plugin } from "esbuild"

export type SplitBundle = {
  /** @throws esbuild's BuildFailure */
  rebuild(): Promise<{ files: OutputFile[] /** Absolute paths of our sources. */; inputs: string[] }>
  close(): Promise<void>
}

const packagesFile = "packages.mjs"

/** @param folder where the files are to lie: `index.mjs`, `packages.mjs` and their maps; they are not written. */
export async function createSplitBundle(entry: string, folder: string): Promise<SplitBundle> {
  const options = { ...bundleOptions(entry, folder), write: false as const }
  const root = options.absWorkingDir ?? ""
  const ours: BuildContext<{ write: false; metafile: true }> = await context({
    ...options,
    metafile: true,
    // Import statements are found by how esbuild writes them, one below the other.
    minify: false,
    banner: { js: `${options.banner?.js} import * as __packages from "./${packagesFile}";` },
    plugins: [packagesOutside],
  })
  let source = ""
  let packageFiles: OutputFile[] = []

  async function bundlePackages(next: string): Promise<void> {
    if (next === source) return
    const stdin = { contents: next, resolveDir: dirname(entry), sourcefile: packagesFile }
    const { entryPoints: _, ...same } = options
    packageFiles = (await build({ ...same, stdin, outfile: join(folder, packagesFile) })).outputFiles
    source = next
  }

  return {
    async rebuild() {
      const { outputFiles, metafile } = await ours.rebuild()
      const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
      const names = imports.filter(({ external, path }) => external && isPackage(path)).map(({ path }) => path)
      const packages = [...new Set(names)].toSorted()
      let exported = ""
      const files = outputFiles.map((file) => {
        if (!file.path.endsWith(".mjs")) return file
        const split = takeFromPackages(file.text, packages)
        exported = split.exported
        return { ...file, contents: new TextEncoder().encode(split.code) }
      })
      await bundlePackages(exported)
      const inputs = Object.keys(metafile.inputs).map((input) => join(root, input))
      return { files: [...files, ...packageFiles], inputs }
    },
    close: () => ours.dispose(),
  }
}

const packagesOutside: Plugin = {
  name: "packages-outside",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) => (isPackage(path) ? { path, external: true } : undefined))
  },
}

/** Packages of this repository are sources like any other. */
function isPackage(name: string): boolean {
  return /^[a-z@]/.test(name) && !name.startsWith("@document-insight/") && !isBuiltin(name)
}

const importStatement = /^import ([^"';]+) from "([^"]+)";$/gm
const importCall = /\bimport\("([^"]+)"\)/g

/** @returns our code with its imports taken from the packages' module, and that module's source. */
function takeFromPackages(text: string, packages: readonly string[]): { code: string; exported: string } {
  const exported = new Set<string>()
  const take = (name: string, what: string, statement: (as: string) => string) => {
    const as = `p${packages.indexOf(name)}_${what}`
    exported.add(statement(as))
    return as
  }
  const code = text
    .replaceAll(importStatement, (statement, clause: string, name: string) => {
      if (!packages.includes(name)) return statement
      const taken = namesIn(clause).map(({ imported, local }) => {
        if (imported === "*") {
          return `${take(name, "all", (as) => `import * as ${as} from "${name}"; export { ${as} }`)} as ${local}`
        }
        return `${take(name, imported, (as) => `export { ${imported} as ${as} } from "${name}"`)} as ${local}`
      })
      // As many lines as before: the source map counts them.
      return `import { ${taken.join(", ")} } from "./${packagesFile}";${statement.replaceAll(/[^\n]/g, "")}`
    })
    .replaceAll(importCall, (call, name: string) => {
      if (!packages.includes(name)) return call
      return `__packages.${take(name, "load", (as) => `export const ${as} = () => import("${name}")`)}()`
    })
  return { code, exported: [...exported].toSorted().join("\n") }
}

/** `a, { b as c }`, `* as d` */
function namesIn(clause: string): { imported: string; local: string }[] {
  const [, byDefault] = /^([\w$]+)/.exec(clause) ?? []
  const [, all] = /\* as ([\w$]+)/.exec(clause) ?? []
  const [, named = ""] = /\{([^}]*)\}/.exec(clause) ?? []
  return [
    ...(byDefault ? [{ imported: "default", local: byDefault }] : []),
    ...(all ? [{ imported: "*", local: all }] : []),
    ...named.split(",").flatMap((one) => {
      const [imported, local = imported] = one.trim().split(" as ")
      return imported && local ? [{ imported, local }] : []
    }),
  ]
}

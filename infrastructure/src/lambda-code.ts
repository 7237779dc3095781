// Bundles the handlers with esbuild into the Lambda assets that are deployed.
import { createHash } from "node:crypto"
import { copyFileSync, globSync, readFileSync, writeFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve, sep } from "node:path"
import { AssetHashType, DockerImage } from "aws-cdk-lib"
import { Code } from "aws-cdk-lib/aws-lambda"
import { buildSync, version } from "esbuild"
import { type Bundle, type Bundling, cachedBundles } from "./bundle-cache.ts"
import { entryPointsOf, optionsFor } from "./bundle-options.ts"
import { inputsOf } from "./inputs-of.ts"
import { repositoryRoot } from "./repository-root.ts"

const handlers = join(repositoryRoot, "functions", "src")
const entryOf = (name: string) => join(handlers, name, "handler.ts")

/** Of the paths of bundles, which are in a folder for each handler. It is not written. */
const bundlesRoot = join(repositoryRoot, "cdk.out", "bundles")
let bundles: readonly Bundle[] | undefined

/**
 * The code of the handler at `functions/src/{name}/handler.ts`, with the files that it reads at run time next to it.
 *
 * Not `NodejsFunction`: it starts `npx esbuild` once per function (most of a second each) and copies files with shell
 * commands. Calling esbuild in this process gives the same bytes in a fraction of the time, on every platform.
 *
 * @throws Error with esbuild's messages when the handler does not bundle.
 */
export function bundledCode(name: string, filesBeside: readonly string[] = []): Code {
  return Code.fromAsset(join(handlers, name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used, because the local bundling below always succeeds or throws; CDK requires an image.
      image: DockerImage.fromRegistry("none"),
      // Part of CDK's cache key, so that two handlers do not share one cached bundle.
      command: [entryOf(name), ...filesBeside],
      local: {
        tryBundle(outdir) {
          writeBundle(name, outdir)
          for (const file of filesBeside) copyFileSync(file, join(outdir, basename(file)))
          return true
        },
      },
    },
  })
}

function writeBundle(name: string, outdir: string): void {
  bundles ??= bundleHandlers()
  const files = bundles.filter(({ path }) => dirname(path) === name)
  if (files.length === 0) throw new Error(`${entryOf(name)} does not exist.`)
  for (const { path, text } of files) {
    const content = path.endsWith(".map") ? withRepositoryPaths(text, join(bundlesRoot, name)) : text
    writeFileSync(join(outdir, basename(path)), content)
  }
}

function bundleHandlers(): readonly Bundle[] {
  const names = globSync("*/handler.ts", { cwd: handlers }).map(dirname).sort()
  const options = optionsFor(entryPointsIn(names), bundlesRoot)
  // These decide which files an import of a package reads.
  const packageFiles = ["package-lock.json", "package.json", "functions/package.json", "protocol/package.json"]
  const packages = packageFiles.map((file) => readFileSync(join(repositoryRoot, file), "utf8"))
  // The same in every checkout.
  const settings = JSON.stringify([version, options, packages]).replaceAll(withoutQuotes(repositoryRoot), "")
  const key = createHash("sha256").update(settings).digest("hex")
  return cachedBundles({ file: `${bundlesRoot}.json`, root: repositoryRoot, key, handlers: names, bundle })
}

function entryPointsIn(names: readonly string[]) {
  return names.flatMap((name) =>
    entryPointsOf(entryOf(name)).map(({ in: file, out }) => ({ in: inRepository(file), out: `${name}/${out}` })),
  )
}

/** In one call, which reads what the handlers share once: the same bytes as a call for each, in half of the time. */
function bundle(names: readonly string[]): Map<string, Bundling> {
  const options = optionsFor(entryPointsIn(names), bundlesRoot)
  const { outputFiles, metafile } = buildSync({ ...options, write: false, metafile: true })
  return new Map(
    names.map((name) => {
      const ofHandler = outputFiles.filter(({ path }) => dirname(path) === join(bundlesRoot, name))
      const entries = entryPointsIn([name]).map((entry) => entry.in)
      return [
        name,
        {
          bundles: ofHandler.map(({ path, text }) => ({ path: `${name}/${basename(path)}`, text })),
          inputs: inputsOf(entries, metafile),
        },
      ]
    }),
  )
}

/** As it is in a text of JSON. */
function withoutQuotes(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function inRepository(path: string): string {
  return relative(repositoryRoot, path).replaceAll(sep, "/")
}

/**
 * esbuild names a source map's sources relative to the output folder, which would make the asset's hash depend on that
 * folder. Relative to the repository they are the same in every checkout, and readable in CloudWatch.
 */
function withRepositoryPaths(sourceMap: string, outdir: string): string {
  const map: { sources: string[] } = JSON.parse(sourceMap)
  const sources = map.sources.map((source) => inRepository(resolve(outdir, source)))
  return JSON.stringify({ ...map, sources })
}

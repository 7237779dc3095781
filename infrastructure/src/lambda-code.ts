// Bundles the handlers with esbuild into the Lambda assets that are deployed.
import { createHash } from "node:crypto"
import { copyFileSync, globSync, readFileSync, writeFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve, sep } from "node:path"
import { AssetHashType, DockerImage } from "aws-cdk-lib"
import { Code } from "aws-cdk-lib/aws-lambda"
import { type BuildOptions, buildSync, version } from "esbuild"
import { type Bundle, type Bundling, cachedBundles } from "./bundle-cache.ts"
import { entryPointsOf, optionsFor } from "./bundle-options.ts"
import { repositoryRoot } from "./repository-root.ts"

const handlers = join(repositoryRoot, "functions", "src")
const entryOf = (name: string) => join(handlers, name, "handler.ts")

/** The paths of bundles are in a folder for each handler, which is not written. */
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
  const files = bundles.filter(({ path }) => dirname(path) === join(bundlesRoot, name))
  if (files.length === 0) throw new Error(`${entryOf(name)} does not exist.`)
  for (const { path, text } of files) {
    const content = path.endsWith(".map") ? withRepositoryPaths(text, dirname(path)) : text
    writeFileSync(join(outdir, basename(path)), content)
  }
}

/** In one call, which reads what the handlers share once: the same bytes as a call for each, in half of the time. */
function bundleHandlers(): readonly Bundle[] {
  const entries = globSync("*/handler.ts", { cwd: handlers }).sort()
  const entryPoints = entries.flatMap((entry) =>
    entryPointsOf(join(handlers, entry)).map(({ in: file, out }) => ({ in: file, out: `${dirname(entry)}/${out}` })),
  )
  const options = optionsFor(entryPoints, bundlesRoot)
  // These decide which files an import of a package reads.
  const packageFiles = globSync("{package-lock,package,*/package}.json", { cwd: repositoryRoot }).sort()
  const packages = packageFiles.map((file) => readFileSync(join(repositoryRoot, file), "utf8"))
  const key = createHash("sha256")
    .update(JSON.stringify([version, options, packages]))
    .digest("hex")
  return cachedBundles(`${bundlesRoot}.json`, key, () => bundle(options))
}

function bundle(options: BuildOptions): Bundling {
  const { outputFiles, metafile } = buildSync({ ...options, write: false, metafile: true })
  return {
    bundles: outputFiles.map(({ path, text }) => ({ path, text })),
    inputs: Object.keys(metafile.inputs).map((path) => join(repositoryRoot, path)),
  }
}

/**
 * esbuild names a source map's sources relative to the output folder, which would make the asset's hash depend on that
 * folder. Relative to the repository they are the same in every checkout, and readable in CloudWatch.
 */
function withRepositoryPaths(sourceMap: string, outdir: string): string {
  const map: { sources: string[] } = JSON.parse(sourceMap)
  const sources = map.sources.map((source) => relative(repositoryRoot, resolve(outdir, source)).replaceAll(sep, "/"))
  return JSON.stringify({ ...map, sources })
}

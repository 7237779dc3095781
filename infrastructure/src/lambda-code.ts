// Bundles a handler with esbuild into the Lambda asset that is deployed.
import { copyFileSync, writeFileSync } from "node:fs"
import { basename, join, relative, resolve, sep } from "node:path"
import { AssetHashType, DockerImage } from "aws-cdk-lib"
import { Code } from "aws-cdk-lib/aws-lambda"
import { buildSync } from "esbuild"
import { bundleOptions } from "./bundle-options.ts"
import { repositoryRoot } from "./repository-root.ts"

/**
 * The code of the handler at `functions/src/{name}/handler.ts`, with the files that it reads at run time next to it.
 *
 * Not `NodejsFunction`: it starts `npx esbuild` once per function (most of a second each) and copies files with shell
 * commands. Calling esbuild in this process gives the same bytes in a fraction of the time, on every platform.
 *
 * @throws Error with esbuild's messages when the handler does not bundle.
 */
export function bundledCode(name: string, filesBeside: readonly string[] = []): Code {
  const entry = join(repositoryRoot, "functions", "src", name, "handler.ts")
  return Code.fromAsset(join(repositoryRoot, "functions", "src", name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used, because the local bundling below always succeeds or throws; CDK requires an image.
      image: DockerImage.fromRegistry("none"),
      // Part of CDK's cache key, so that two handlers do not share one cached bundle.
      command: [entry, ...filesBeside],
      local: {
        tryBundle(outdir) {
          writeBundle(entry, outdir)
          for (const file of filesBeside) copyFileSync(file, join(outdir, basename(file)))
          return true
        },
      },
    },
  })
}

function writeBundle(entry: string, outdir: string): void {
  const { outputFiles } = buildSync({ ...bundleOptions(entry, outdir), write: false })
  for (const { path, text } of outputFiles) {
    writeFileSync(path, path.endsWith(".map") ? withRepositoryPaths(text, outdir) : text)
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

// How a handler becomes what is deployed: one bundled ES module, made by esbuild in this process.
import { copyFileSync } from "node:fs"
import { basename, join } from "node:path"
import { AssetHashType, DockerImage } from "aws-cdk-lib"
import { Code } from "aws-cdk-lib/aws-lambda"
import { buildSync } from "esbuild"
import { bundleOptions } from "./bundle-options.ts"
import { repositoryRoot } from "./repository-root.ts"

/**
 * The code of the handler at `functions/src/{name}/handler.ts`, with the files that it reads at run time beside it.
 *
 * Not `NodejsFunction`: it starts `npx esbuild` once per function (most of a second each) and copies files with shell
 * commands; the same esbuild called from here makes the same bytes in a fraction of the time, on every platform.
 *
 * @throws Error with esbuild's own messages when the handler does not bundle.
 */
export function bundledCode(name: string, filesBeside: readonly string[] = []): Code {
  const entry = join(repositoryRoot, "functions", "src", name, "handler.ts")
  return Code.fromAsset(join(repositoryRoot, "functions", "src", name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used, because the local bundling below always succeeds or throws; CDK wants an image to be named.
      image: DockerImage.fromRegistry("none"),
      // Part of CDK's cache key, so that two handlers are never taken for one.
      command: [entry, ...filesBeside],
      local: {
        tryBundle(outdir) {
          buildSync(bundleOptions(entry, outdir))
          for (const file of filesBeside) copyFileSync(file, join(outdir, basename(file)))
          return true
        },
      },
    },
  })
}

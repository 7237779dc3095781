// Provides the program of a stand-in: modules in the package, one file when the gateway runs from its sources. To load its
// modules and those of its packages one by one would take twice as long.
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { cachedBundleAsync } from "../../foundation/cached-bundle.ts"
import { compileCacheFolder } from "../../foundation/compile-cache.ts"
import type { StandInName } from "./messages.ts"

/** Whether this is the built package and not the sources. */
const isBuilt = !import.meta.url.endsWith(".ts")

// As URLs: `npm run mutants` and knip find by them what the gateway starts.
const startFile = new URL("./start.mjs", import.meta.url)
const mainFiles: Record<StandInName, URL> = {
  dynamodb: new URL("../dynamodb/main.ts", import.meta.url),
  "s3-sqs": new URL("../s3-sqs/main.ts", import.meta.url),
}

const bundles = new Map<StandInName, Promise<string>>()

export async function standInProgram(name: StandInName): Promise<string> {
  if (isBuilt) return fileURLToPath(startFile)
  const bundle = bundles.get(name) ?? bundleOf(fileURLToPath(mainFiles[name]))
  bundles.set(name, bundle)
  return join(await bundle, "main.cjs")
}

async function bundleOf(mainFile: string): Promise<string> {
  const { bundleStandIn } = await import("./bundle-stand-in.ts")
  const parent = join(compileCacheFolder("stand-ins"), "bundles")
  return cachedBundleAsync(parent, mainFile, (outdir) => bundleStandIn(mainFile, outdir))
}

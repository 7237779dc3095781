// Bundles a function as `sam build` does for the build method esbuild, so that TypeScript handlers need no build step.
import { existsSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { BuildFailure, BuildOptions, Loader } from "esbuild"
import type { BuildProperties, FunctionDefinition } from "../definition/lambda.ts"
import { GatewayError } from "../foundation/errors.ts"

type Esbuild = { buildSync(options: BuildOptions): unknown }

/** AWS: an entry point has one of these extensions when it is that of the handler (template-sam-esbuild) */
const extensions = ["", ".ts", ".js", ".tsx", ".jsx", ".mts", ".mjs", ".cts", ".cjs"]

/** @returns undefined when there is nothing to bundle: `sam build` has done it, as its template states */
export function entryPointsOf(folder: string, { entryPoints }: BuildProperties, handler: string): string[] | undefined {
  const names = entryPoints.length > 0 ? entryPoints : [handler.slice(0, handler.lastIndexOf("."))]
  const found = names.map((name) => extensions.map((extension) => join(folder, name + extension)).find(isFile))
  return found.every((path) => path !== undefined) ? found : undefined
}

/**
 * @param folder the sources
 * @param outdir receives the bundles
 * @throws GatewayError PACKAGE_MISSING without esbuild, BUILD_FAILED with the first error and its place
 */
export function bundleCode(
  definition: FunctionDefinition,
  {
    folder,
    outdir,
    build,
    entryPoints,
  }: { folder: string; outdir: string; build: BuildProperties; entryPoints: string[] },
): void {
  const esbuild = loadEsbuild(folder, definition)
  try {
    esbuild.buildSync({
      absWorkingDir: folder,
      entryPoints,
      outdir,
      bundle: true,
      platform: "node",
      format: build.format ?? "cjs",
      target: build.target ?? "es2020",
      mainFields: build.mainFields ?? ["main", "module"],
      minify: build.minify ?? true,
      // Stack traces name the sources, because the runtime reads source maps.
      sourcemap: true,
      external: ["@aws-sdk/*", "aws-sdk", ...build.external],
      loader: Object.fromEntries(pairs(build.loader)) as Record<string, Loader>,
      outExtension: Object.fromEntries(pairs(build.outExtension)),
      logLevel: "silent",
    })
  } catch (error) {
    throw buildFailed(error, definition)
  }
}

/** `.html=text` */
function pairs(texts: readonly string[]): [string, string][] {
  return texts.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)])
}

/** That of the user's project, which `sam build` needs too. */
function loadEsbuild(folder: string, { logicalId }: FunctionDefinition): Esbuild {
  for (const parent of [join(folder, "index.js"), join(process.cwd(), "index.js"), fileURLToPath(import.meta.url)]) {
    try {
      return createRequire(parent)("esbuild") as Esbuild
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error
    }
  }
  const message = `${logicalId} is built by esbuild, which is not installed.`
  throw new GatewayError("PACKAGE_MISSING", message, {
    hint: "Run: npm install --save-dev esbuild (or `sam build`, and give .aws-sam/build/template.yaml).",
  })
}

function buildFailed(error: unknown, { logicalId }: FunctionDefinition): GatewayError {
  const [first, ...others] = (error as Partial<BuildFailure>).errors ?? []
  const hint = `esbuild builds ${logicalId} from the Metadata of the template.`
  // esbuild itself does not run, for example because the package of its program is not installed.
  if (!first) return new GatewayError("BUILD_FAILED", (error as Error).message, { hint, cause: error })
  const place = first.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : ""
  const more = others.length > 0 ? ` (and ${others.length} more)` : ""
  return new GatewayError("BUILD_FAILED", `${place}${first.text}${more}`, { hint, cause: error })
}

function isFile(path: string): boolean {
  return existsSync(path) && basename(path).includes(".")
}

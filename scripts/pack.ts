// `npm run pack`: builds the gateway package as it is published and writes its tarball to dist/.
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "tsdown"
import { runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")
const source = join(root, "gateway")
const built = join(source, "dist")

type Manifest = {
  private?: boolean
  dependencies: Record<string, string>
  devDependencies?: Record<string, string>
  publishConfig: { directory: string; exports: unknown; bin: unknown; sideEffects: unknown }
}

/** @returns the path of the tarball */
export async function packGateway(outFolder: string): Promise<string> {
  rmSync(built, { recursive: true, force: true })
  await buildGateway()
  const manifest: Manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"))
  writeFileSync(join(built, "package.json"), `${JSON.stringify(publishedManifest(manifest), undefined, 2)}\n`)
  copyFileSync(join(root, "LICENSE"), join(built, "LICENSE"))
  copyFileSync(join(source, "README.md"), join(built, "README.md"))
  mkdirSync(outFolder, { recursive: true })
  const output = execFileSync("npm", ["pack", built, "--json", "--pack-destination", outFolder], { encoding: "utf8" })
  const [packed] = JSON.parse(output) as { filename: string }[]
  if (!packed) throw new Error("npm pack wrote no tarball")
  return join(outFolder, packed.filename)
}

/**
 * One JavaScript module per source file, so that stack traces stay readable and the runtime finds its files; one rolled-up
 * declaration per public entry point; and the console's script for browsers.
 */
async function buildGateway(): Promise<void> {
  const common = { cwd: source, config: false, format: "esm", clean: false, logLevel: "error" } as const
  const node = { ...common, platform: "node", target: "node20.19" } as const
  const publicEntries = { index: "src/index.ts", testing: "testing/index.ts" }
  await build({
    ...node,
    entry: ["src/index.ts", "testing/index.ts", "src/cli/main.ts", "src/lambda/runtime/start.mjs"],
    unbundle: true,
    sourcemap: true,
    dts: false,
  })
  await build({ ...node, entry: publicEntries, dts: { emitDtsOnly: true } })
  await build({
    ...common,
    platform: "browser",
    target: "es2022",
    entry: { "src/console/console": "src/console/console.ts" },
    copy: ["index.html", "console.css"].map((name) => ({ from: `src/console/${name}`, to: "dist/src/console" })),
    dts: false,
  })
}

/** The manifest as published: the built entry points, and dependencies as ranges so that a project can share them. */
function publishedManifest({ private: _private, devDependencies: _, dependencies, publishConfig, ...rest }: Manifest) {
  const { directory: _directory, exports, bin, sideEffects, ...publish } = publishConfig
  const ranges = Object.entries(dependencies).map(([name, version]) => [name, `^${version}`])
  return { ...rest, exports, bin, sideEffects, dependencies: Object.fromEntries(ranges), publishConfig: publish }
}

const command = {
  usage: "npm run pack",
  summary: "Builds the gateway package as it is published and writes its tarball to dist/.",
  options: {},
} as const

if (import.meta.main) {
  await runCommand(command, async () => {
    console.log(await packGateway(join(root, "dist")))
    return 0
  })
}

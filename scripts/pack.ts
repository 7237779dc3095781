// `npm run pack`: builds the packages as they are published and writes their tarballs to dist/.
import { execFileSync } from "node:child_process"
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "tsdown"
import { bundleConsole } from "../gateway/src/edge/console/console-files.ts"
import { bundleNodeRuntime } from "../gateway/src/lambda/node-runtime.ts"
import { runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")

export type PublishedPackage = "gateway" | "client"

type Manifest = {
  private?: boolean
  dependencies: Record<string, string>
  devDependencies?: Record<string, string>
  publishConfig: { directory: string; exports: unknown; bin?: unknown; sideEffects: unknown }
}

const builds: Record<PublishedPackage, (source: string) => Promise<void>> = {
  gateway: buildGateway,
  client: buildClient,
}

/** @returns the paths of the tarballs */
export async function packPackages(names: readonly PublishedPackage[], outFolder: string): Promise<string[]> {
  const folders: string[] = []
  for (const name of names) folders.push(await buildPackage(name))
  mkdirSync(outFolder, { recursive: true })
  const output = execFileSync("npm", ["pack", ...folders, "--json", "--pack-destination", outFolder], {
    encoding: "utf8",
  })
  const packed = JSON.parse(output) as { filename: string }[]
  if (packed.length !== names.length) throw new Error(`npm pack wrote ${packed.length} of ${names.length} tarballs`)
  return packed.map(({ filename }) => join(outFolder, filename))
}

/** @returns the folder of what is packed */
export async function buildPackage(name: PublishedPackage): Promise<string> {
  const source = join(root, name)
  const built = join(source, "dist")
  rmSync(built, { recursive: true, force: true })
  await builds[name](source)
  const manifest: Manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"))
  const published = publishedManifest(manifest, { directory: name, repository: process.env.GITHUB_REPOSITORY })
  writeFileSync(join(built, "package.json"), `${JSON.stringify(published, undefined, 2)}\n`)
  copyFileSync(join(root, "LICENSE"), join(built, "LICENSE"))
  copyFileSync(join(source, "README.md"), join(built, "README.md"))
  return built
}

/**
 * One JavaScript module per source file, so that stack traces stay readable; the runtime of Node.js functions as one file;
 * one rolled-up declaration per public entry point; and the console's script and styles for browsers.
 */
async function buildGateway(source: string): Promise<void> {
  const common = { cwd: source, config: false, format: "esm", clean: false, logLevel: "error" } as const
  const node = { ...common, platform: "node", target: "node20.19" } as const
  const publicEntries = { index: "src/index.ts", testing: "testing/index.ts" }
  await build({
    ...node,
    entry: ["src/index.ts", "testing/index.ts", "src/cli/main.ts", "src/services/stand-in/start.mjs"],
    unbundle: true,
    sourcemap: true,
    dts: false,
    // Only the sources bundle the console and the runtime of Node.js.
    deps: { neverBundle: ["esbuild"] },
  })
  const runtime = join("src", "lambda", "runtime")
  bundleNodeRuntime(join(source, "dist", runtime))
  const python = join(runtime, "python")
  cpSync(join(source, python), join(source, "dist", python), {
    recursive: true,
    filter: (path) => !/\.test\.ts$|__pycache__/.test(path),
  })
  // The compiler writes declarations for every file of its project, so this one has the entry points only.
  const tsconfig = join(source, "tsconfig.package.json")
  await build({ ...node, entry: publicEntries, dts: { emitDtsOnly: true, tsconfig } })
  const page = join(source, "dist", "src", "console")
  mkdirSync(page, { recursive: true })
  for (const name of ["index.html", "grafana-dashboard.json"]) {
    copyFileSync(join(source, "src", "console", name), join(page, name))
  }
  for (const [name, content] of await bundleConsole()) writeFileSync(join(page, name), content)
}

/** One JavaScript module and one rolled-up declaration per entry point, with the code of the protocol package in them. */
async function buildClient(source: string): Promise<void> {
  await build({
    cwd: source,
    config: false,
    format: "esm",
    clean: false,
    logLevel: "error",
    platform: "neutral",
    target: "es2022",
    entry: { index: "src/index.ts", react: "src/react.ts" },
    hash: false,
    tsconfig: join(root, "tsconfig.browser.json"),
    deps: { alwaysBundle: [/^@document-insight\//], onlyBundle: [/^@document-insight\//] },
    sourcemap: true,
    dts: true,
  })
}

/**
 * The manifest as published: the built entry points, dependencies as ranges so that a project can share them, without the
 * packages of this repository, which are in the build. The address of the repository is that of the workflow's run.
 */
function publishedManifest(manifest: Manifest, origin: { directory: string; repository: string | undefined }) {
  const { private: _private, devDependencies: _, dependencies, publishConfig, ...rest } = manifest
  const { directory: _directory, ...published } = publishConfig
  const { exports, bin, sideEffects, ...publish } = published
  const ranges = Object.entries(dependencies)
    .filter(([name]) => !name.startsWith("@document-insight/"))
    .map(([name, version]) => [name, `^${version}`])
  const { directory, repository } = origin
  const url = `git+https://github.com/${repository}.git`
  return {
    ...rest,
    ...(repository ? { repository: { type: "git", url, directory } } : {}),
    exports,
    bin,
    sideEffects,
    dependencies: Object.fromEntries(ranges),
    publishConfig: publish,
  }
}

const command = {
  usage: "npm run pack",
  summary: "Builds the packages as they are published and writes their tarballs to dist/.",
  options: {},
} as const

if (import.meta.main) {
  await runCommand(command, async () => {
    for (const tarball of await packPackages(["gateway", "client"], join(root, "dist"))) console.log(tarball)
    return 0
  })
}

// The files of the console's page: as built in the package, bundled on request when the gateway runs from its sources.
import { readFile, stat } from "node:fs/promises"
import { fileURLToPath } from "node:url"

export type ConsoleFile = { contentType: string; content: string }

/** Whether this is the built package and not the sources. */
const isBuilt = !import.meta.url.endsWith(".ts")
const folder = new URL("../../console/", import.meta.url)

const contentTypes = new Map([
  ["index.html", "text/html; charset=utf-8"],
  ["console.css", "text/css; charset=utf-8"],
  ["console.js", "text/javascript; charset=utf-8"],
  ["grafana-dashboard.json", "application/json"],
])

/** `newest`: when the last of the sources had been changed. */
type Bundle = { files: Map<string, string>; sources: URL[]; newest: number }

let bundled: Promise<Bundle> | undefined

/** @returns undefined when the console has no such file */
export async function readConsoleFile(name: string): Promise<ConsoleFile | undefined> {
  const contentType = contentTypes.get(name)
  if (contentType === undefined) return undefined
  if (name === "grafana-dashboard.json") return { contentType, content: await readFile(new URL(name, folder), "utf8") }
  if (isBuilt || name === "index.html") {
    // Opening the page again shows the changed sources.
    if (bundled && (await hasChanged(bundled))) bundled = undefined
    return { contentType, content: await readFile(new URL(name, folder), "utf8") }
  }
  bundled ??= bundleSources()
  return { contentType, content: (await bundled).files.get(name) ?? "" }
}

/** Whether a source has changed since it was bundled. Also true for a bundle that failed. */
async function hasChanged(bundle: Promise<Bundle>): Promise<boolean> {
  try {
    const { sources, newest } = await bundle
    return (await timeOfLastChange(sources)) !== newest
  } catch {
    return true
  }
}

async function timeOfLastChange(sources: readonly URL[]): Promise<number> {
  const stats = await Promise.all(sources.map((source) => stat(source)))
  return Math.max(...stats.map(({ mtimeMs }) => mtimeMs))
}

/** Bundles the page's script and its styles. `npm run pack` writes them to the package. */
export async function bundleConsole(): Promise<Map<string, string>> {
  return (await bundleSources()).files
}

async function bundleSources(): Promise<Bundle> {
  // A dependency of the repository and not of the package.
  const { build } = await import("esbuild")
  const { outputFiles, metafile } = await build({
    absWorkingDir: fileURLToPath(folder),
    entryPoints: { console: fileURLToPath(new URL("main.tsx", folder)) },
    outdir: "out",
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  })
  const files = new Map(
    outputFiles.map(({ path, text }) => [path.endsWith(".css") ? "console.css" : "console.js", text]),
  )
  const sources = Object.keys(metafile.inputs).map((path) => new URL(path, folder))
  return { files, sources, newest: await timeOfLastChange(sources) }
}

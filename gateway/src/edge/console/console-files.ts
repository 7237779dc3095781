// The files of the console's page: as built in the package, bundled on request when the gateway runs from its sources.
import { readFile } from "node:fs/promises"
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

let bundled: Promise<Map<string, string>> | undefined

/** @returns undefined when the console has no such file */
export async function readConsoleFile(name: string): Promise<ConsoleFile | undefined> {
  const contentType = contentTypes.get(name)
  if (contentType === undefined) return undefined
  if (name === "grafana-dashboard.json") return { contentType, content: await readFile(new URL(name, folder), "utf8") }
  if (isBuilt || name === "index.html") {
    // Opening the page again shows the changed sources.
    bundled = undefined
    return { contentType, content: await readFile(new URL(name, folder), "utf8") }
  }
  bundled ??= bundleConsole()
  return { contentType, content: (await bundled).get(name) ?? "" }
}

/** Bundles the page's script and its styles. `npm run pack` writes them to the package. */
export async function bundleConsole(): Promise<Map<string, string>> {
  // A dependency of the repository and not of the package.
  const { build } = await import("esbuild")
  const { outputFiles } = await build({
    entryPoints: { console: fileURLToPath(new URL("main.tsx", folder)) },
    outdir: "out",
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  })
  return new Map(outputFiles.map(({ path, text }) => [path.endsWith(".css") ? "console.css" : "console.js", text]))
}

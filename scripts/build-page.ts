// Builds the page when its build is missing or older than its sources. Synthesizing needs the build.
import { existsSync, globSync, statSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")
const built = join(root, "web", "dist", "index.html")
const sources = [
  "web/{src,public}/**",
  "web/*.html",
  "web/vite.config.ts",
  "{client,protocol}/src/**",
  "package-lock.json",
]

/** @throws Error with Vite's message when the build fails */
export async function buildPage(): Promise<void> {
  if (isUpToDate(built)) return
  try {
    // Loaded only here, because it takes longer than all else when the build is up to date.
    const { build } = await import("vite")
    await build({ root: join(root, "web"), logLevel: "silent" })
  } catch (error) {
    throw new Error(`The build of the page failed: ${(error as Error).message}`, { cause: error })
  }
}

/** Whether this file of a build is newer than everything that the page and its gallery are made of. */
export function isUpToDate(builtFile: string): boolean {
  if (!existsSync(builtFile)) return false
  const newest = Math.max(...globSync(sources, { cwd: root }).map((file) => statSync(join(root, file)).mtimeMs))
  return newest <= statSync(builtFile).mtimeMs
}

// Builds the page when it is missing or older than what it is made of, so that synthesizing always has one.
import { existsSync, globSync, statSync } from "node:fs"
import { join } from "node:path"
import { build } from "vite"

const root = join(import.meta.dirname, "..")
const built = join(root, "web", "dist", "index.html")
const sources = [
  "web/{src,public}/**",
  "web/index.html",
  "web/vite.config.ts",
  "{client,protocol}/src/**",
  "package-lock.json",
]

/** @throws Error when the page does not build; the message is Vite's. */
export async function buildPage(): Promise<void> {
  if (existsSync(built) && newest() <= statSync(built).mtimeMs) return
  try {
    await build({ root: join(root, "web"), logLevel: "silent" })
  } catch (error) {
    throw new Error(`The page does not build: ${(error as Error).message}`, { cause: error })
  }
}

function newest(): number {
  return Math.max(...globSync(sources, { cwd: root }).map((file) => statSync(join(root, file)).mtimeMs))
}

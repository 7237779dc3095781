// Runs npm in a folder, as a user would from a terminal there.
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** The environment without the variables of an npm that runs this program: they name another folder. */
export function userEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))
}

/** Installs packages into a folder. @throws Error with npm's own message */
export function npmInstall(folder: string, packages: readonly string[]): void {
  const args = ["install", "--prefix", folder, "--include=dev", "--save-dev", "--no-audit", "--no-fund", ...packages]
  const output = execFileSync("npm", args, { cwd: folder, encoding: "utf8", stdio: "pipe", env: userEnvironment() })
  if (!existsSync(join(folder, "node_modules"))) throw new Error(`npm installed nothing in ${folder}: ${output}`)
}

/**
 * Installs a version of Node.js from the registry.
 * @returns the path of the executable
 */
export function installNode(folder: string, version: string): string {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`
  const own = mkdtempSync(join(folder, "node-"))
  writeFileSync(join(own, "package.json"), "{}")
  npmInstall(own, [`${name}@${version}`])
  return join(own, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node")
}

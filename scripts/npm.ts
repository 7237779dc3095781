// Runs npm in a folder, as a user would from a terminal there.
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
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

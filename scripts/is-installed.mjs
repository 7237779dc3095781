// Whether node_modules has what the lockfile lists: npm records there what it has installed.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

/**
 * @param {string} root
 * @param {string} lockfile the text of package-lock.json
 */
export function isInstalled(root, lockfile) {
  const record = join(root, "node_modules", ".package-lock.json")
  if (!existsSync(record)) return false
  const installed = JSON.parse(readFileSync(record, "utf8")).packages
  return Object.entries(JSON.parse(lockfile).packages).every(([path, locked]) => {
    // The root, the workspaces and the links to them are no packages of a registry.
    if (!/(^|\/)node_modules\//.test(path) || locked.link) return true
    const found = installed[path]
    // Packages for other platforms are optional.
    return found ? found.integrity === locked.integrity : locked.optional === true || locked.devOptional === true
  })
}

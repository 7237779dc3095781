// Checks that package-lock.json is complete: `npm ci` rejects a lock file that lacks a dependency, whatever the platform.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

type Locked = { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string>; link?: boolean }

const file = join(import.meta.dirname, "..", "..", "package-lock.json")
const packages = new Map<string, Locked>(Object.entries(JSON.parse(readFileSync(file, "utf8")).packages))

test("every dependency in package-lock.json has an entry there, those for other platforms included", () => {
  // npm leaves out a package that the registry of the machine does not have, or that its node_modules lacks.
  const missing = [...packages].flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isLocked(path, name))
      .map((name) => `${path || "the root"} needs ${name}`),
  )
  expect(packages.size).toBeGreaterThan(500)
  expect(missing).toEqual([])
})

/** Whether Node.js, and so npm, finds the package from `path` on upwards. */
function isLocked(path: string, name: string): boolean {
  if (packages.has(path === "" ? `node_modules/${name}` : `${path}/node_modules/${name}`)) return true
  if (path === "") return false
  const parent = path.includes("/node_modules/") ? path.slice(0, path.lastIndexOf("/node_modules/")) : ""
  return isLocked(parent, name)
}

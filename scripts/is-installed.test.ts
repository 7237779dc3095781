// Tests of whether the installed packages are those of the lock file.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { isInstalled } from "./is-installed.mjs"

const lockfile = JSON.stringify({
  packages: {
    "": { name: "root" },
    tests: { version: "1.0.0" },
    "node_modules/@own/tests": { resolved: "tests", link: true },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/a/node_modules/b": { version: "2.0.0", integrity: "sha512-b" },
    "node_modules/for-another-platform": { version: "1.0.0", integrity: "sha512-c", optional: true },
  },
})

function folderWith(packages: object | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), "is-installed-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, "node_modules"))
  if (packages) writeFileSync(join(folder, "node_modules", ".package-lock.json"), JSON.stringify({ packages }))
  return folder
}

const a = { "node_modules/a": { integrity: "sha512-a" } }
const b = { "node_modules/a/node_modules/b": { integrity: "sha512-b" } }

test.each<[string, object | undefined, boolean]>([
  ["after npm ci", { ...a, ...b }, true],
  ["in a fresh clone", undefined, false],
  ["when a package is missing", a, false],
  ["when a package has another version", { ...b, "node_modules/a": { integrity: "sha512-old" } }, false],
])("%s", (_when, packages, expected) => {
  expect(isInstalled(folderWith(packages), lockfile)).toBe(expected)
})

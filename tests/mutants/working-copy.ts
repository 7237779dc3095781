// A copy of the source tree in which mutants are applied; the packages are linked, not copied.
import { execFileSync } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { Workspace } from "./reachable-tests.ts"

export type WorkingCopy = {
  root: string
  write(file: string, text: string): void
  /** Copies the file from the original again. */
  restore(file: string): void
  remove(): void
}

/** Every file that is, or could be, committed; with `/` between folders. */
export function listFiles(root: string): string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  })
  const files = new Set(listed.split("\0").filter((file) => file !== "" && existsSync(join(root, file))))
  return [...files].sort()
}

export function createWorkingCopy(original: string, files: readonly string[]): WorkingCopy {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "mutants-")))
  const restore = (file: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    copyFileSync(join(original, file), join(root, file))
  }
  for (const file of files) restore(file)
  linkPackages(original, root)
  return {
    root,
    restore,
    write: (file, text) => writeFileSync(join(root, file), text),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** Workspace packages link to the copy: tests that import a package by its name must run the mutant. */
function linkPackages(original: string, root: string): void {
  const installed = join(original, "node_modules")
  const modules = join(root, "node_modules")
  mkdirSync(modules)
  const workspaces = readWorkspaces(root)
  for (const name of readdirSync(installed)) {
    const hasWorkspaces = workspaces.some((workspace) => workspace.name.startsWith(`${name}/`))
    if (!hasWorkspaces) linkFolder(join(installed, name), join(modules, name))
  }
  for (const { name, folder } of workspaces) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    linkFolder(join(root, folder), join(modules, name))
  }
}

export function readWorkspaces(root: string): Workspace[] {
  const { workspaces = [] }: { workspaces?: string[] } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  return workspaces.map((folder) => {
    const { name }: { name: string } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))
    return { name, folder }
  })
}

function linkFolder(target: string, path: string): void {
  // A junction needs no privilege on Windows; other systems ignore the type.
  symlinkSync(target, path, "junction")
}

// Turns the paths of the command line, or git's list of changed files, into the files to mutate.
import { execFileSync } from "node:child_process"
import { relative, resolve, sep } from "node:path"
import { defaultFolders, isMutable } from "./rooms.ts"

/** `line` limits the mutants to one line. */
export type Selection = { file: string; line?: number }

/** @throws Error for a path without any file that is mutated */
export function selectFiles(options: {
  root: string
  files: readonly string[]
  paths: readonly string[]
  changed: boolean
}): Selection[] {
  const { root, files, paths, changed } = options
  const mutable = files.filter(isMutable)
  const named = paths.length > 0 ? paths.flatMap((path) => filesAt({ root, mutable, path })) : allOf(mutable, changed)
  if (!changed) return named
  const differing = new Set(listChanged(root))
  return named.filter(({ file }) => differing.has(file))
}

function allOf(mutable: readonly string[], changed: boolean): Selection[] {
  const isDefault = (file: string) => defaultFolders.some((folder) => file.startsWith(`${folder}/`))
  return mutable.filter((file) => changed || isDefault(file)).map((file) => ({ file }))
}

function filesAt(options: { root: string; mutable: readonly string[]; path: string }): Selection[] {
  const { root, mutable, path } = options
  const [, name = path, line] = /^(.+):(\d+)$/.exec(path) ?? []
  const wanted = relative(root, resolve(root, name)).split(sep).join("/")
  const found = mutable.filter((file) => file === wanted || file.startsWith(`${wanted}/`) || wanted === "")
  if (found.length === 0) {
    throw new Error(`${name} has no source files to mutate: name a file or folder below a package's src folder.`)
  }
  return found.map((file) => ({ file, ...(line !== undefined && { line: Number(line) }) }))
}

/** What differs from the point where this branch left main, and what is not committed. */
function listChanged(root: string): string[] {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: "pipe" }).trim()
  const base = git("merge-base", "main", "HEAD")
  const lists = [git("diff", "--name-only", base), git("ls-files", "--others", "--exclude-standard")]
  return lists.flatMap((list) => list.split("\n"))
}

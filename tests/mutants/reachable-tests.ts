// Selects the tests whose imports lead to the files with mutants; the others cannot notice one.
import { dirname, join } from "node:path/posix"

export type Workspace = { name: string; folder: string }

export function reachableTests(options: {
  tests: readonly string[]
  /** The files of the repository. */
  files: readonly string[]
  workspaces: readonly Workspace[]
  /** The files with mutants. */
  mutated: ReadonlySet<string>
  read(file: string): string
}): Set<string> {
  const { tests, files, workspaces, read } = options
  const mutated = new Set([...options.mutated].map(folderOf))
  const sources = new Map(files.filter((file) => /\.(tsx?|mjs)$/.test(file)).map((file) => [file, read(file)]))
  const mentionsOf = new Map([...sources].map(([file, text]) => [file, mentionedIn(text, workspaces)]))
  const usersOf = (folders: ReadonlySet<string>) =>
    workspaces.filter(
      ({ folder }) =>
        folders.has(folder) ||
        [...mentionsOf].some(
          ([file, mentions]) => file.startsWith(`${folder}/src/`) && !isTest(file) && overlaps(mentions, folders),
        ),
    )
  let leading = new Set(mutated)
  for (let size = 0; size < leading.size; ) {
    size = leading.size
    leading = new Set(usersOf(leading).map(({ folder }) => folder))
  }
  return new Set(
    tests.filter((test) => {
      const closure = importClosure(test, sources)
      // Below a package that is imported by its name, the imports are not followed: it can lead anywhere.
      return [...closure].some((file) => options.mutated.has(file) || overlaps(mentionsOf.get(file) ?? [], leading))
    }),
  )
}

/** The files that a file imports, or starts, by a relative path. */
export function importsOf(file: string, text: string): string[] {
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport|\bnew URL)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g)]
  return specifiers.map(([, specifier = ""]) => join(dirname(file), specifier))
}

function importClosure(file: string, sources: ReadonlyMap<string, string>): Set<string> {
  const closure = new Set([file])
  for (const member of closure) {
    for (const imported of importsOf(member, sources.get(member) ?? ""))
      if (sources.has(imported)) closure.add(imported)
  }
  return closure
}

/** The folders of the packages that a text names: by an import, or by a path to a program that is started. */
function mentionedIn(text: string, workspaces: readonly Workspace[]): string[] {
  const named = workspaces.filter(({ name, folder }) => text.includes(name) || text.includes(`${folder}/src`))
  return named.map(({ folder }) => folder)
}

function overlaps(some: readonly string[], others: ReadonlySet<string>): boolean {
  return some.some((value) => others.has(value))
}

function folderOf(file: string): string {
  return file.split("/")[0] ?? ""
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file)
}

// Keeps what each test file ran, below node_modules. An edit of a source file leaves the entries of the tests in use:
// for that file they only tell that the test runs it, for all others which statements it runs.
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { importsOf } from "./reachable-tests.ts"

/** Without `points`, the test passes on plain sources only, so what it runs is unknown. */
export type Recorded = { milliseconds: number; points: ReadonlySet<string> | undefined }

/** For each file that a test ran: the offsets of the statements that ran; "unknown" when the file has changed since. */
export type FileHits = ReadonlyMap<string, ReadonlySet<number> | "unknown">

type Entry = { test: string; milliseconds: number; files: EntryFiles | null }
type EntryFiles = Record<string, { hash: string; offsets: number[] }>

export class HitsCache {
  readonly #folder: string
  readonly #root: string
  readonly #hashes: Map<string, string>
  readonly #importsOf: Map<string, string[]>

  constructor(root: string, mutable: readonly string[]) {
    this.#root = root
    this.#folder = join(root, "node_modules", ".cache", "mutants")
    const sources = mutable.map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }))
    this.#hashes = new Map(sources.map(({ file, text }) => [file, hashOf(text)]))
    this.#importsOf = new Map(sources.map(({ file, text }) => [file, importsOf(file, text)]))
  }

  read(test: string): { milliseconds: number; hits: FileHits | undefined } | undefined {
    const path = this.#pathOf(test)
    if (!existsSync(path)) return undefined
    const entry: Entry = JSON.parse(readFileSync(path, "utf8"))
    if (entry.test !== this.#hashOfTest(test)) return undefined
    return { milliseconds: entry.milliseconds, hits: entry.files ? this.#hitsOf(entry.files) : undefined }
  }

  write(test: string, { milliseconds, points }: Recorded): void {
    const files = points && [...offsetsByFile(points)].map(([file, offsets]) => [file, this.#toEntry(file, offsets)])
    mkdirSync(this.#folder, { recursive: true })
    const entry: Entry = { test: this.#hashOfTest(test), milliseconds, files: files ? Object.fromEntries(files) : null }
    writeFileSync(this.#pathOf(test), JSON.stringify(entry))
  }

  #toEntry(file: string, offsets: ReadonlySet<number>): EntryFiles[string] {
    return { hash: this.#hashes.get(file) ?? "", offsets: [...offsets] }
  }

  /** A file that the test did not run, and that a changed file imports, may be new: that is unknown as well. */
  #hitsOf(files: EntryFiles): FileHits {
    const hits = new Map<string, Set<number> | "unknown">()
    for (const [file, { hash, offsets }] of Object.entries(files)) {
      hits.set(file, hash === this.#hashes.get(file) ? new Set(offsets) : "unknown")
    }
    const waiting = [...hits].filter(([, statements]) => statements === "unknown").map(([file]) => file)
    for (const changed of waiting) {
      for (const imported of this.#importsOf.get(changed) ?? []) {
        if (hits.has(imported) || !this.#hashes.has(imported)) continue
        hits.set(imported, "unknown")
        waiting.push(imported)
      }
    }
    return hits
  }

  #hashOfTest(test: string): string {
    return hashOf(readFileSync(join(this.#root, test), "utf8"))
  }

  #pathOf(test: string): string {
    return join(this.#folder, `${hashOf(test)}.json`)
  }
}

/** What a test has just run, from points of the form `{file}:{offset}`. */
export function offsetsByFile(points: ReadonlySet<string>): Map<string, Set<number>> {
  const files = new Map<string, Set<number>>()
  for (const point of points) {
    const [, file = "", offset] = /^(.+):(\d+)$/.exec(point) ?? []
    files.set(file, (files.get(file) ?? new Set()).add(Number(offset)))
  }
  return files
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24)
}

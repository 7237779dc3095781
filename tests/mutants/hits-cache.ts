// Keeps what each test file ran, so that an edit of one source does not run every test again.
// Nothing is recorded again because a source changed: of a changed source, the recording only says that the test runs it.
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** `points`: see `TestHits`. */
export type Recorded = { milliseconds: number; points: string[] }

type Stored = Recorded & { sources: Record<string, string> }

export class HitsCache {
  readonly #folder: string
  readonly #root: string
  readonly #hashes = new Map<string, string>()

  constructor(root: string) {
    this.#root = root
    this.#folder = join(root, "node_modules", ".cache", "mutants")
  }

  /** What the test file ran. A source that changed since then has the one point `{file}:*`. */
  read(test: string): Recorded | undefined {
    const path = this.#pathOf(test)
    if (!existsSync(path)) return undefined
    const { milliseconds, points, sources }: Stored = JSON.parse(readFileSync(path, "utf8"))
    const changed = new Set(Object.keys(sources).filter((file) => this.#hashOf(file) !== sources[file]))
    const current = points.filter((point) => !changed.has(fileOf(point)))
    return { milliseconds, points: [...current, ...[...changed].map((file) => `${file}:*`)] }
  }

  write(test: string, { milliseconds, points }: Recorded): void {
    const files = new Set(points.map(fileOf))
    const sources = Object.fromEntries([...files].map((file) => [file, this.#hashOf(file)]))
    mkdirSync(this.#folder, { recursive: true })
    writeFileSync(this.#pathOf(test), JSON.stringify({ milliseconds, points, sources } satisfies Stored))
  }

  #hashOf(file: string): string {
    const known = this.#hashes.get(file)
    if (known !== undefined) return known
    const path = join(this.#root, file)
    const hash = existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : ""
    this.#hashes.set(file, hash)
    return hash
  }

  #pathOf(test: string): string {
    const hash = createHash("sha256")
      .update(process.version)
      .update(test)
      .update(readFileSync(join(this.#root, test)))
    return join(this.#folder, `${hash.digest("hex")}.json`)
  }
}

function fileOf(point: string): string {
  return point.slice(0, point.lastIndexOf(":"))
}

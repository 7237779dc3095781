// docs/fidelity.md says what is proven; this proves that it does: no row without its test, no case without its row.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { topics } from "./topics.ts"

const root = join(import.meta.dirname, "..", "..")
const page = readFileSync(join(root, "docs", "fidelity.md"), "utf8")
const readme = readFileSync(join(root, "README.md"), "utf8")

type Row = { id: string; here: string; proof: string }

const rows: Row[] = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| id ") && !line.startsWith("| ---"))
  .map((line) => {
    // A bar within a cell is written \|.
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
    const [, id = "", , , here = "", proof = ""] = cells
    expect(cells, line).toHaveLength(7)
    return { id, here, proof }
  })

const cases = topics.flatMap(({ observer, local }) => [...observer, ...local])

/** `path/to/file.test.ts > the test's name` */
const elsewhere = rows.filter(({ id, proof }) => proof !== id)

describe("docs/fidelity.md", () => {
  test("has a row for every case, and a case for every row that names one", () => {
    const proven = rows.filter(({ id, proof }) => proof === id).map(({ id }) => id)
    expect(proven.toSorted()).toEqual(cases.map(({ id }) => id).toSorted())
  })

  test("has no id twice", () => {
    expect(rows.map(({ id }) => id).filter((id, index, all) => all.indexOf(id) !== index)).toEqual([])
  })

  test("says of every row whether it is the same, differs or is unknown", () => {
    expect(rows.filter(({ here }) => kindOf(here) === undefined).map(({ id }) => id)).toEqual([])
  })

  test("counts its rows, and the README says the same", () => {
    const count = (kind: string) => rows.filter(({ here }) => kindOf(here) === kind).length
    const counts = `${rows.length} rows: ${count("same")} same, ${count("differs")} different on purpose, ${count("unknown")} unknown.`
    expect(/^\d+ rows: .*$/m.exec(page)?.[0]).toBe(counts)
    expect(/\d+ rows: [^.]*\./.exec(readme)?.[0]).toBe(counts)
  })

  test("has a gap for every case that is known to fail, and none for the others", () => {
    const gaps = cases.filter(({ gap }) => gap !== undefined).map(({ id }) => id)
    expect(rows.filter(({ here }) => here.startsWith("differs: not yet")).map(({ id }) => id)).toEqual(gaps)
  })

  test("has the row that each remark in the code names", () => {
    const ids = new Set(rows.map(({ id }) => id))
    const remarks = sourceFiles(join(root, "gateway", "src")).flatMap(remarksIn)
    expect(remarks.length).toBeGreaterThan(20)
    // Lambda's rows are proven beside its code, which names them in prose.
    const mayNameNone = /^\/gateway\/src\/lambda\//
    const astray = remarks.filter(({ row, file }) => (row === undefined ? !mayNameNone.test(file) : !ids.has(row)))
    expect(astray).toEqual([])
  })

  test.each(elsewhere)("$id is proven by a test that exists", ({ proof }) => {
    const [, file = "", name = ""] = /^`([^ ]+) > (.+)`$/.exec(proof) ?? []
    const path = join(root, file)
    expect(existsSync(path), proof).toBe(true)
    expect(readFileSync(path, "utf8"), proof).toMatch(titled(name))
  })
})

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => join(folder, name))
}

/** `// AWS?: what is not known` and `// Differs: what and why`, with the row in brackets on that line or the next. */
function remarksIn(file: string): { file: string; line: string; row: string | undefined }[] {
  const lines = readFileSync(file, "utf8").split("\n")
  return lines.flatMap((line, index) => {
    if (!/AWS\?|Differs:/.test(line)) return []
    const row = /\[([a-z0-9]+(?:-[a-z0-9]+)+)\]/.exec(`${line}\n${lines[index + 1] ?? ""}`)?.[1]
    return [{ file: file.slice(root.length), line: line.trim(), row }]
  })
}

function kindOf(here: string): string | undefined {
  return /^(?:the )?(same|differs|unknown)\b/.exec(here)?.[1]
}

/** A test's title is a string of its own: a name that only occurs in a comment proves nothing. */
function titled(name: string): RegExp {
  const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
  return new RegExp(`(["'\`])${literal}\\1`)
}

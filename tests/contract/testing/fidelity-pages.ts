// Reads the facts of docs/aws and the rows of docs/fidelity.
import { readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"

const docs = join(import.meta.dirname, "..", "..", "..", "docs")

export const grades = ["documented", "observed", "second-hand", "inferred", "unknown"]

export type Fact = {
  /** `closing.md#frame-size` */
  address: string
  /** More or less than one grade is a mistake that the test reports. */
  grades: string[]
  text: string
}

export type FidelityRow = {
  id: string
  page: string
  grade: string
  /** `closing.md#frame-size` */
  fact: string
  here: string
  kind: string | undefined
  /** The test that shows it; undefined for a contract case. */
  test: { file: string; title: string } | undefined
}

export function readFacts(): Fact[] {
  return pagesOf("aws").flatMap(({ name, text }) =>
    text
      .split(/^(?=- <a id=")/m)
      .slice(1)
      .map((item) => {
        const [, anchor = ""] = /^- <a id="([^"]*)">/.exec(item) ?? []
        // A heading or a paragraph after the last item is not part of it.
        const own = item.split(/\n\n(?=\S)/)[0] ?? ""
        const found = [...own.matchAll(/\*([a-z-]+)\*/g)].map(([, word = ""]) => word)
        return { address: `${name}#${anchor}`, grades: found.filter((word) => grades.includes(word)), text: own }
      }),
  )
}

export function readRows(): FidelityRow[] {
  return pagesOf("fidelity").flatMap(({ name, text }) => {
    // `npm run verify:aws` writes its reports next to the pages.
    if (name === "README.md" || name.startsWith("aws-run-")) return []
    const tests = testsOf(text)
    return text
      .split("\n")
      .filter((line) => line.startsWith("| ") && !/^\| (row|---) /.test(line))
      .map((line) => {
        // A bar within a cell is written \|.
        const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
        if (cells.length !== 6) throw new Error(`${name}: a row needs four cells: ${line}`)
        const [, id = "", , source = "", here = ""] = cells
        const [, grade = "", fact = ""] = /^\[([^\]]+)\]\(\.\.\/aws\/([^)]+)\)$/.exec(source) ?? []
        const kind = /^(same|differs|unknown)\b/.exec(here)?.[1]
        return { id, page: name, grade, fact, here, kind, test: tests.get(id) }
      })
  })
}

/** `- row-id: [file.test.ts](../../path/to/file.test.ts) > the title of the test` */
function testsOf(text: string): Map<string, { file: string; title: string }> {
  const lines = text.matchAll(/^- ([a-z0-9-]+): \[[^\]]*\]\(\.\.\/\.\.\/([^)]+)\) > (.+)$/gm)
  return new Map([...lines].map(([, id = "", file = "", title = ""]) => [id, { file, title }]))
}

function pagesOf(folder: string): { name: string; text: string }[] {
  return readdirSync(join(docs, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => ({ name: basename(name), text: readFileSync(join(docs, folder, name), "utf8") }))
}

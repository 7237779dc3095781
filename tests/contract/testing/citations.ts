// Finds the citations of AWS facts in the comments of this repository's code.
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "..", "..", "..")

export type Citation = {
  file: string
  kind: "AWS" | "AWS?" | "Differs"
  /** What the comment states, without the row ids. */
  statement: string
  rows: string[]
}

const folders = ["gateway", "functions", "infrastructure", "client", "protocol", "scripts", "tests", "web"]

export function readCitations(): Citation[] {
  return sourceFiles().flatMap((file) => citationsIn(readFileSync(join(root, file), "utf8"), file))
}

/** Comments in the former forms, such as a section number in brackets. */
export function readFormerCitations(): string[] {
  return sourceFiles().flatMap((file) =>
    commentsIn(readFileSync(join(root, file), "utf8"))
      .filter((comment) => /\[(doc|obs|peer|peer-native|inferred|section)\b[^\]]*\]/.test(comment))
      .map((comment) => `${file}: ${comment}`),
  )
}

/**
 * `AWS: statement (row-id)`, `AWS?: statement (row-id)` or `Differs: statement (row-id)`. A statement may continue on the
 * next lines of its comment, and may cite several rows: `(row-one, row-two)`.
 */
export function citationsIn(text: string, file: string): Citation[] {
  return commentsIn(text).flatMap((comment) =>
    comment
      .split(/(?<![\w":])(?=(?:AWS\??|Differs): )/)
      .filter((part) => /^(AWS\??|Differs): /.test(part))
      .map((part) => {
        const [, kind = "", rest = ""] = /^(AWS\??|Differs): (.*)$/s.exec(part) ?? []
        const [cited = ""] = /\([a-z0-9]+(?:-[a-z0-9]+)+(?:, [a-z0-9]+(?:-[a-z0-9]+)+)*\)/.exec(rest) ?? []
        const statement = cited === "" ? rest : rest.slice(0, rest.indexOf(cited))
        const rows = cited === "" ? [] : cited.slice(1, -1).split(", ")
        return { file, kind: kind as Citation["kind"], statement: statement.trim(), rows }
      }),
  )
}

/** Each comment as one line: neighbouring `//` lines belong together. */
function commentsIn(text: string): string[] {
  const comments: string[] = []
  let open: string[] = []
  for (const line of [...text.split("\n"), ""]) {
    const own = /^\s*(?:\/\/|\/\*\*?|\*(?!\/))(.*?)(?:\*\/)?\s*$/.exec(line)?.[1]
    const trailing = own === undefined ? /\s\/\/ (.*)$/.exec(line)?.[1] : undefined
    if (own !== undefined) open.push(own.trim())
    else {
      comments.push(open.join(" "))
      open = []
      if (trailing !== undefined) comments.push(trailing)
    }
  }
  return comments.filter((comment) => comment !== "")
}

function sourceFiles(): string[] {
  const patterns = folders.flatMap((folder) => [`${folder}/*.ts`, `${folder}/*.tsx`, `${folder}/*.mjs`])
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns], { cwd: root })
    .toString()
    .split("\n")
    .filter((file) => file !== "" && !/\/(citations|fidelity\.test)\.ts$/.test(file))
}

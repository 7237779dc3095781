// Compares the imports between the folders of the gateway with the table in docs/architecture.md, types included.
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { expect, test } from "vitest"
import { relativeImports } from "./relative-imports.ts"

const root = join(import.meta.dirname, "..", "..")
const source = join(root, "gateway", "src")

type Import = { file: string; from: string; to: string }

const table = readTable(readFileSync(join(root, "docs", "architecture.md"), "utf8"))
const imports = readImports()

test("every folder of the gateway has a row in the table, and every row a folder", () => {
  const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const named = [...table.keys()].filter((name) => name !== "files in src/")
  expect(named.toSorted()).toEqual(folders.map(({ name }) => name).toSorted())
})

test("no folder of the gateway imports from a folder that its row does not name", () => {
  expect(imports.length).toBeGreaterThan(100)
  const violations = imports.filter(({ from, to }) => from !== to && !mayImport(from, to))
  expect(violations.map(({ file, to }) => `${file} imports from ${to}`)).toEqual([])
})

test("the gateway imports no other package of this repository", () => {
  const foreign = sourceFiles().filter((file) =>
    /from "@document-insight\/(?!gateway)/.test(readFileSync(join(source, file), "utf8")),
  )
  expect(foreign).toEqual([])
})

function mayImport(from: string, to: string): boolean {
  const allowed = table.get(from) ?? []
  return allowed.includes(to) || (allowed.includes("everything except cli") && to !== "cli")
}

/** The rows below the heading: folder, and the names in backticks that it may import. */
function readTable(page: string): Map<string, string[]> {
  const section = page.split("### What a folder may import")[1]?.split(/^###? /m)[0] ?? ""
  const rows = [...section.matchAll(/^\| (.+?) \| (.+?) \|$/gm)].slice(2)
  return new Map(
    rows.map(([, folder = "", cell = ""]) => {
      const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name)
      if (cell === "everything except `cli`") return [withoutTicks(folder), ["everything except cli"]]
      return [withoutTicks(folder), names]
    }),
  )
}

function withoutTicks(text: string): string {
  return text.replaceAll("`", "")
}

function readImports(): Import[] {
  return sourceFiles().flatMap((file) => {
    const targets = relativeImports(readFileSync(join(source, file), "utf8"))
    return targets.map((target) => ({ file, from: folderOf(file), to: targetFolder(join(dirname(file), target)) }))
  })
}

/** The first folder, or `files in src/` for a file beside the folders. */
function folderOf(file: string): string {
  const [first = "", ...rest] = file.split(/[\\/]/)
  return rest.length === 0 ? "files in src/" : first
}

function targetFolder(file: string): string {
  return file === "index.ts" ? "index.ts" : folderOf(file)
}

/** Relative to `gateway/src`; tests may import anything. */
function sourceFiles(): string[] {
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => relative(source, join(source, name)))
}

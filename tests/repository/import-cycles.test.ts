// No file imports itself over others, types included. A lint rule does the same in forty times the CPU time.
import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { relativeImports } from "./relative-imports.ts"

const root = join(import.meta.dirname, "..", "..")
const sources = "{protocol,functions,infrastructure,gateway,client,web,scripts,samples,tests}/**/*.{ts,tsx,mjs}"

function readImports(): Map<string, string[]> {
  const files = globSync(sources, { cwd: root, exclude: (name) => /(^|[\\/])(node_modules|dist)$/.test(name) })
  return new Map(
    files.map((file) => {
      const targets = relativeImports(readFileSync(join(root, file), "utf8"))
      return [file, targets.map((target) => join(dirname(file), target))]
    }),
  )
}

/** @returns the files of one cycle, the first of them again at the end */
function findCycle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const finished = new Set<string>()
  const path: string[] = []

  function visit(file: string): string[] | undefined {
    if (finished.has(file)) return undefined
    const start = path.indexOf(file)
    if (start !== -1) return [...path.slice(start), file]
    path.push(file)
    for (const target of imports.get(file) ?? []) {
      const cycle = visit(target)
      if (cycle) return cycle
    }
    path.pop()
    finished.add(file)
    return undefined
  }

  for (const file of imports.keys()) {
    const cycle = visit(file)
    if (cycle) return cycle
  }
  return undefined
}

test("finds a cycle", () => {
  const imports = new Map([
    ["a.ts", ["b.ts", "outside.ts"]],
    ["b.ts", ["c.ts"]],
    ["c.ts", ["b.ts"]],
  ])
  expect(findCycle(imports)).toEqual(["b.ts", "c.ts", "b.ts"])
})

test("no imports form a cycle", () => {
  const imports = readImports()
  expect(imports.size).toBeGreaterThan(1000)
  expect(findCycle(imports)).toBeUndefined()
})

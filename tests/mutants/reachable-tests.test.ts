import { expect, test } from "vitest"
import { importsOf, reachableTests } from "./reachable-tests.ts"

const workspaces = [
  { name: "@x/core", folder: "core" },
  { name: "@x/page", folder: "page" },
  { name: "@x/other", folder: "other" },
]

const sources: Record<string, string> = {
  "core/src/core.ts": "export const core = 1",
  "core/src/core.test.ts": 'import "./uses.ts"',
  "core/src/uses.ts": 'export * from "./core.ts"',
  "core/src/alone.test.ts": "",
  "core/src/starts.test.ts": 'spawn(new URL("./program.mjs", import.meta.url))',
  "core/src/program.mjs": 'await import("./core.ts")',
  "page/src/page.ts": 'import { core } from "@x/core"',
  "page/src/page.test.ts": 'import "./page.ts"',
  "other/src/other.ts": "",
  "other/src/other.test.ts": 'import "./other.ts"',
  "tests/through-a-package.test.ts": 'import { page } from "@x/page"',
  "tests/through-a-helper.test.ts": 'const { start } = await import("./testing/start.ts")',
  "tests/testing/start.ts": 'spawn(join(root, "core/src/core.ts"))',
  "tests/unrelated.test.ts": 'import { other } from "@x/other"',
}

test("a test is reachable when its imports lead to a file with mutants, or to its package by name, also through programs and other packages", () => {
  const reachable = reachableTests({
    tests: Object.keys(sources).filter((file) => file.endsWith(".test.ts")),
    files: Object.keys(sources),
    workspaces,
    mutated: new Set(["core/src/core.ts"]),
    read: (file) => sources[file] ?? "",
  })
  expect([...reachable]).toEqual([
    "core/src/core.test.ts",
    "core/src/starts.test.ts",
    "page/src/page.test.ts",
    "tests/through-a-package.test.ts",
    "tests/through-a-helper.test.ts",
  ])
})

test("imports are paths from the root, whatever their form", () => {
  const text = `
    import type { A } from "../a.ts"
    export * from "./b.ts"
    import "./c.ts"
    const d = await import("./deep/d.ts")
    const e = new URL("./e.mjs", import.meta.url)
    import { readFileSync } from "node:fs"
  `
  expect(importsOf("x/src/index.ts", text)).toEqual([
    "x/a.ts",
    "x/src/b.ts",
    "x/src/c.ts",
    "x/src/deep/d.ts",
    "x/src/e.mjs",
  ])
})

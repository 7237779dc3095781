// fauxqs on a Node.js without SQLite, which the flag of the pinned version imitates.
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { beforeAll, expect, test } from "vitest"

const replacement = JSON.stringify(join(import.meta.dirname, "missing-sqlite.ts"))
const program = `const failureOf = async (run) => { try { await run() } catch (error) { return error.message } }
const load = async () => (await import("fauxqs")).buildApp({ logger: false })
const before = await failureOf(load)
const { replaceMissingSqlite } = await import(${replacement})
replaceMissingSqlite()
const app = await load()
const { DatabaseSync } = await import("node:sqlite")
console.log(JSON.stringify({ before, listen: typeof app.listen, open: await failureOf(() => new DatabaseSync(":memory:")) }))`

let result: { before: string; listen: string; open: string }
beforeAll(() => {
  const flags = ["--no-experimental-sqlite", "--disable-warning=ExperimentalWarning", "--input-type=module"]
  const options = { cwd: import.meta.dirname, encoding: "utf8" } as const
  result = JSON.parse(execFileSync(process.execPath, [...flags, "--eval", program], options))
})

test("loads fauxqs on a Node.js without SQLite", () => {
  expect(result.before).toContain("node:sqlite")
  expect(result.listen).toBe("function")
})

test("a database cannot be opened on a Node.js without SQLite", () => {
  expect(result.open).toBe("This Node.js has no node:sqlite.")
})

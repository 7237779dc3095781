// fauxqs on a Node.js without SQLite, which the flag of the pinned version imitates.
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { expect, test } from "vitest"

const load = `const { buildApp } = await import("fauxqs")
const app = buildApp({ logger: false })
console.log(typeof app.listen)`

const replace = `import { replaceMissingSqlite } from ${JSON.stringify(join(import.meta.dirname, "missing-sqlite.ts"))}
replaceMissingSqlite()`

function runWithoutSqlite(program: string): string {
  const flags = ["--no-experimental-sqlite", "--disable-warning=ExperimentalWarning", "--input-type=module"]
  return execFileSync(process.execPath, [...flags, "--eval", program], {
    cwd: import.meta.dirname,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim()
}

test("loads fauxqs on a Node.js without SQLite", () => {
  expect(() => runWithoutSqlite(load)).toThrow("node:sqlite")
  expect(runWithoutSqlite(`${replace}\n${load}`)).toBe("function")
})

test("a database cannot be opened on a Node.js without SQLite", () => {
  const open = `const { DatabaseSync } = await import("node:sqlite")
new DatabaseSync(":memory:")`
  expect(() => runWithoutSqlite(`${replace}\n${open}`)).toThrow("This Node.js has no node:sqlite.")
})

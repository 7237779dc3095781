import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { Worker } from "node:worker_threads"
import { expect, onTestFinished, test } from "vitest"
import { instrument, pointOf } from "./instrument.ts"

const code = `export function sign(n: number): string {
  if (n < 0) return "minus"
  const words = ["zero", "plus"].map((word) => word.toUpperCase())
  for (const _ of []) never()
  switch (n) {
    case 0:
      return words[0]!
    default:
      return words[1]!
  }
}
sign(0)
`

/** Runs the code in a thread, as functions are run. @returns the first word or two of each statement that ran */
async function statementsRun(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "instrument-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const hits = join(folder, "hits")
  const path = join(folder, "sign.ts")
  writeFileSync(path, instrument("sign.ts", code, hits))
  const worker = new Worker(pathToFileURL(path), { execArgv: ["--disable-warning=ExperimentalWarning"] })
  await new Promise((resolve, reject) => worker.once("error", reject).once("exit", resolve))
  const points = readFileSync(hits, "utf8").trim().split("\n")
  return points.map((point) => code.slice(Number(point.split(":")[1])).split("\n")[0] ?? "")
}

test("records each statement that runs, in a thread as well, and none that does not", async () => {
  expect(await statementsRun()).toEqual([
    "export function sign(n: number): string {",
    "sign(0)",
    'if (n < 0) return "minus"',
    'const words = ["zero", "plus"].map((word) => word.toUpperCase())',
    "word.toUpperCase())",
    "for (const _ of []) never()",
    "switch (n) {",
    "return words[0]!",
  ])
})

test("a position belongs to the innermost statement around it", () => {
  const startOf = pointOf("sign.ts", code)
  expect(startOf(code.indexOf('"minus"'))).toBe(code.indexOf('return "minus"'))
  expect(startOf(code.indexOf("n < 0"))).toBe(code.indexOf("if (n < 0)"))
  expect(startOf(code.indexOf("toUpperCase"))).toBe(code.indexOf("word.toUpperCase"))
  expect(startOf(code.indexOf("n: number"))).toBe(0)
})

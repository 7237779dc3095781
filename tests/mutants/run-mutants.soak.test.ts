// Mutation testing from end to end, on a project of one file with a test that checks half of it.
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { formatSurvivor, scoreRooms } from "./report.ts"
import { runMutants } from "./run-mutants.ts"

const repository = join(import.meta.dirname, "..", "..")

const source = `import { pause } from "../testing/pause.ts"

export function countDown(from: number): number {
  let steps = 0
  while (from > 0) {
    pause() // mutants: equivalent, the time of a step does not matter
    from -= 1
    steps += 1
  }
  return steps
}

export function isEven(n: number): boolean {
  return n % 2 === 0
}

export function unused(n: number): number {
  return n * 2
}
`

// An endless loop takes no CPU time until it is ended.
const pause = `const signal = new Int32Array(new SharedArrayBuffer(4))

export function pause(): void {
  Atomics.wait(signal, 0, 0, 5)
}
`

const tests = `import { expect, test } from "vitest"
import { countDown, isEven } from "./count.ts"

test("counts down", () => expect(countDown(3)).toBe(3))
test("knows even numbers", () => expect(isEven(0)).toBe(true))
`

function createProject(): string {
  const root = mkdtempSync(join(tmpdir(), "mutants-test-"))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const files = {
    "package.json": JSON.stringify({ name: "example", type: "module", workspaces: [] }),
    ".gitignore": "node_modules/\n",
    "vitest.config.ts": `export default { test: { projects: [{ test: { name: "unit", include: ["**/*.test.ts"] } }] } }\n`,
    "example/src/count.ts": source,
    "example/src/count.test.ts": tests,
    "example/testing/pause.ts": pause,
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  mkdirSync(join(root, "node_modules"))
  for (const name of ["vitest", "vite"]) {
    symlinkSync(join(repository, "node_modules", name), join(root, "node_modules", name), "junction")
  }
  execFileSync("git", ["init", "--quiet"], { cwd: root })
  return root
}

test("reports killed mutants, survivors, endless loops and code that no test runs", { timeout: 120_000 }, async () => {
  const root = createProject()
  const { results } = await runMutants({ root, paths: [join(root, "example")], sample: 100, timeoutMs: 5_000 })

  const outcomes = results.map(({ mutant, outcome }) => `${mutant.line} ${mutant.after}: ${outcome}`).sort()
  expect(outcomes).toEqual([
    "14 return n % 2 !== 0: killed",
    "14 return n % 2 === 1: killed",
    "14 return n % 3 === 0: survived",
    "14 return n * 2 === 0: survived",
    "18 return n * 3: not-covered",
    "18 return n / 2: not-covered",
    "4 let steps = 1: killed",
    "5 while (from <= 0) {: killed",
    "5 while (from > 1) {: killed",
    "5 while (from >= 0) {: killed",
    "7 from += 1: timeout",
    "7 from -= 2: killed",
    "8 steps += 2: killed",
    "8 steps -= 1: killed",
  ])
  expect(results.find(({ mutant }) => mutant.line === 4)?.by).toBe("example/src/count.test.ts: counts down")
  const survivor = results.find(({ outcome }) => outcome === "survived")
  expect(survivor && formatSurvivor(survivor)).toMatch(
    /^example\/src\/count\.ts:14 {2}return n % 2 === 0 {2}-> {2}return n /,
  )
  expect(scoreRooms(results)).toEqual([
    { room: "example", mutants: 14, killed: 9, timeout: 1, survived: 2, notCovered: 2, score: 71.4 },
  ])
  expect(readFileSync(join(root, "example/src/count.ts"), "utf8")).toBe(source)
})

test("a path without sources is rejected", async () => {
  await expect(runMutants({ root: createProject(), paths: ["nowhere"] })).rejects.toThrow(
    "nowhere has no source files to mutate: name a file or folder below a package's src folder.",
  )
})

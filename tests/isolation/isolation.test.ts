// Hostile handlers harm only their own invocation: it ends as on Lambda, a neighbour is not delayed, closing ends.
import { existsSync, readFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { InvocationResult } from "../../gateway/src/definition/invocation.ts"
import { type Child, startChild } from "./child.ts"
import type { Ended } from "./host.ts"
import type { Expected, Program } from "./program.ts"
import { programs } from "./programs.ts"
import { randomPrograms } from "./random-programs.ts"

/** Beyond what two processes without a gateway need at the same time. */
// 100 on an idle machine; other programs may have both cores for a moment.
const MAX_NEIGHBOUR_MS = 250
const CONTROL_FACTOR = 3
const MAX_CLOSE_MS = 2000
const ATTEMPTS = 3

let host: Child
let control: Child
const rows: string[] = []

beforeAll(async () => {
  host = startChild("host.ts")
  control = startChild("control.ts")
  await Promise.all([host.ask("residentBytes"), control.ask("worstSince", 0)])
})

afterAll(async () => {
  if (process.env.ISOLATION_TABLE)
    console.log(["| program | ended | neighbour | control | close |", ...rows].join("\n"))
  await Promise.all([host.end(), control.end()])
})

/** Runs a program; again when the neighbour was late, because only a program that delays it does so each time. */
async function runProgram(program: Program & { group: string }): Promise<Ended> {
  for (let attempt = 1; ; attempt++) {
    const ended = await host.ask<Ended>("run", program)
    const controlMs = await control.ask<number>("worstSince", ended.startedAt)
    const isLate = ended.neighbourMs > MAX_NEIGHBOUR_MS + CONTROL_FACTOR * controlMs || ended.closeMs > MAX_CLOSE_MS
    if (isLate && attempt < ATTEMPTS) continue
    const times = [ended.neighbourMs, controlMs, ended.closeMs].map((ms) => `${ms.toFixed(0)} ms`)
    rows.push(`| ${[`${program.group}: ${program.name}`, textOf(ended.result), ...times].join(" | ")} |`)
    expect(ended.neighbourMs, "of the neighbour").toBeLessThan(MAX_NEIGHBOUR_MS + CONTROL_FACTOR * controlMs)
    expect(ended.closeMs, "to close").toBeLessThan(MAX_CLOSE_MS)
    return ended
  }
}

function textOf(result: InvocationResult): string {
  if (result.outcome !== "function-error") return result.outcome
  const message = result.errorMessage.replace(/^RequestId: \S+ /, "").slice(0, 60)
  return `${result.errorType}: ${message}`.replaceAll(/[|\n]/g, " ")
}

function matches(expected: Expected, result: InvocationResult): boolean {
  if ("responded" in expected) {
    if (result.outcome !== "responded") return false
    return expected.responded === "anything" || JSON.stringify(expected.responded) === result.payload
  }
  if (result.outcome !== "function-error" || result.errorType !== expected.errorType) return false
  return expected.message === undefined || result.errorMessage.includes(expected.message)
}

describe.concurrent("a handler", () => {
  test.each(programs.map((program) => [`${program.group}: ${program.name}`, program] as const))(
    "%s",
    async (_name, program) => {
      const { result } = await runProgram(program)
      const isExpected = program.ends.some((expected) => matches(expected, result))
      expect(isExpected, `${textOf(result)}, expected ${JSON.stringify(program.ends)}`).toBe(true)
    },
    120_000,
  )
})

test("closing ends all handlers that are blocked, within the drain time and a second", async () => {
  const blocked = programs.filter(({ group, top }) => group === "blocked" && top === undefined)
  expect(blocked.length).toBeGreaterThan(15)
  const { closeMs, results } = await host.ask<{ closeMs: number; results: InvocationResult[] }>(
    "closeWhileRunning",
    blocked,
  )
  expect(closeMs).toBeLessThan(1200 + MAX_CLOSE_MS)
  for (const result of results) expect(result).toMatchObject({ errorType: "Runtime.ExitError" })
}, 60_000)

test("an invocation over the reserved concurrency is throttled at once while all environments are blocked", async () => {
  const program: Program = { name: "blocked", code: "for (;;);", ends: [] }
  const { result, ms } = await host.ask<{ result: InvocationResult; ms: number }>("throttle", program)
  expect(result.outcome).toBe("throttled")
  // In the same turn of the event loop.
  expect(ms).toBeLessThan(50)
})

test.runIf(process.platform === "linux")("the processes that a handler has started end with it", async () => {
  const code = `const { spawn } = use("child_process")
    const all = [spawn("sleep", ["600"]), spawn("sh", ["-c", "trap '' TERM; sleep 600"]), spawn("sh", ["-c", "sleep 600 & wait"])]
    return all.map(({ pid }) => pid).concat(process.pid)`
  const { result } = await runProgram({ group: "child processes", name: "three that stay", code, ends: [] })
  if (result.outcome !== "responded") throw new Error(textOf(result))
  const pids = JSON.parse(result.payload) as number[]
  expect(pids).toHaveLength(4)
  expect(pids.filter(isRunning)).toEqual([])
})

/** A zombie has ended, and waits for its parent to read its status. */
function isRunning(pid: number): boolean {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return false
  return !/\) [ZX] /.test(readFileSync(path, "utf8"))
}

test("the memory of the gateway returns after 100 MB of output, and after large errors", async () => {
  const noisy = programs.filter(({ group, name }) => group === "output" || name.includes("30 MB"))
  const before = await host.ask<number>("residentBytes")
  for (const program of noisy.slice(0, 3)) await runProgram(program)
  const growthMb = ((await host.ask<number>("residentBytes")) - before) / 2 ** 20
  expect(growthMb).toBeLessThan(64)
}, 120_000)

const randomSeconds = Number(process.env.ISOLATION_RANDOM_SECONDS ?? 0)

test.runIf(randomSeconds > 0)(
  "random programs harm nothing",
  async () => {
    const seed = Number(process.env.ISOLATION_SEED ?? Date.now() % 1e9)
    const endsAt = Date.now() + randomSeconds * 1000
    let count = 0
    for (const program of randomPrograms(seed)) {
      if (Date.now() > endsAt) break
      await runProgram({ ...program, group: `random, seed ${seed}` })
      count++
    }
    console.log(`${count} random programs, ISOLATION_SEED=${seed}`)
  },
  (randomSeconds + 60) * 1000,
)

// Hostile handlers harm only their own invocation: it ends as on Lambda, neighbours are not delayed, the gateway lives and
// closes in time.
import { existsSync, readFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Closed, Memory, Opened, OpenOptions } from "./gateway-host.ts"
import { type Expected, type InvocationOutcome, type Program, routeOf } from "./program.ts"
import { programs } from "./programs.ts"
import { randomPrograms } from "./random-programs.ts"
import { type Ended, type ProgramRunner, startRunner } from "./run-programs.ts"

/** Beyond the worst round trip to a gateway without programs at the same time. */
const MAX_DELAY_MS = 100
const MAX_CLOSE_MS = 2000
/** A busy machine delays one of the two gateways more than the other now and then, but not each time. */
const MAX_RUNS = 6
const PROGRAMS_PER_GATEWAY = 16

let runner: ProgramRunner
let before: Memory
const rows: string[] = []

beforeAll(async () => {
  runner = await startRunner()
  before = await runner.host.ask<Memory>("memory")
})

afterAll(async () => {
  if (process.env.ISOLATION_TABLE) {
    const head = ["program", "ended", "neighbour", "control", "new client", "close", "runs"]
    console.log([`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`, ...rows.toSorted()].join("\n"))
  }
  await runner.end()
})

type ProgramGateway = { programs: Program[]; ended?: Promise<Ended[]>; endedAgain?: Promise<Ended[]> }

// Each gateway has programs of all kinds, so that those that only wait share it with those that keep a core busy.
const gateways: ProgramGateway[] = []
const gatewayCount = Math.ceil(programs.length / PROGRAMS_PER_GATEWAY)
for (let at = 0; at < gatewayCount; at++) {
  gateways.push({ programs: programs.filter((_, index) => index % gatewayCount === at) })
}

/** How the program ended in its gateway, which runs when the first of its programs is needed. */
async function runTogether(gateway: ProgramGateway, program: Program): Promise<Ended> {
  gateway.ended ??= runner.runTogether(gateway.programs)
  return ofProgram(await gateway.ended, gateway.programs, program)
}

/** The same once more, while no other gateway runs programs. */
async function runAgain(gateway: ProgramGateway, program: Program): Promise<Ended> {
  gateway.endedAgain ??= runner.runAlone(gateway.programs)
  return ofProgram(await gateway.endedAgain, gateway.programs, program)
}

function ofProgram(ended: Ended[], all: Program[], program: Program): Ended {
  const one = ended[all.indexOf(program)]
  if (!one) throw new Error("The program did not run.")
  return one
}

/**
 * Runs a program together with others, and again with fewer when it was late: only one that delays its neighbour does so
 * each time.
 */
async function runProgram(program: Program & { group: string }): Promise<Ended> {
  const gateway = gateways.find((one) => one.programs.includes(program)) ?? { programs: [program] }
  let ended = await runTogether(gateway, program)
  let runs = 1
  if (isLate(ended)) {
    runs++
    ended = await runAgain(gateway, program)
  }
  for (; isLate(ended) && runs < MAX_RUNS; runs++) {
    ended = ofProgram(await runner.runAlone([program]), [program], program)
  }
  const { outcome, neighbourMs, controlMs, newClientMs, closeMs } = ended
  const times = [neighbourMs, controlMs, newClientMs, closeMs].map((ms) => `${ms.toFixed(0)} ms`)
  rows.push(`| ${[`${program.group}: ${program.name}`, textOf(outcome), ...times, runs].join(" | ")} |`)
  expect(neighbourMs - controlMs, "the delay of the neighbour").toBeLessThan(MAX_DELAY_MS)
  expect(closeMs, "the close of the gateway").toBeLessThan(MAX_CLOSE_MS)
  return ended
}

function isLate({ neighbourMs, controlMs, closeMs }: Ended): boolean {
  return neighbourMs - controlMs > MAX_DELAY_MS || closeMs > MAX_CLOSE_MS
}

function textOf(outcome: InvocationOutcome): string {
  if (outcome.outcome === "responded") return "responded"
  if (outcome.outcome === "failed") return outcome.log
  const message = outcome.errorMessage.replace(/^RequestId: \S+ /, "").slice(0, 60)
  return `${outcome.errorType}: ${message}`.replaceAll(/[|\n]/g, " ")
}

function matches(expected: Expected, outcome: InvocationOutcome): boolean {
  if ("responded" in expected) {
    if (outcome.outcome !== "responded") return false
    return expected.responded === "anything" || JSON.stringify(expected.responded) === outcome.payload
  }
  if (outcome.outcome !== "function-error" || outcome.errorType !== expected.errorType) return false
  return expected.message === undefined || outcome.errorMessage.includes(expected.message)
}

describe.concurrent("a handler", () => {
  const inTurn = gateways.flatMap((gateway) => programs.filter((program) => gateway.programs.includes(program)))
  test.each(inTurn.map((program) => [`${program.group}: ${program.name}`, program] as const))(
    "%s",
    async (_name, program) => {
      const { outcome } = await runProgram(program)
      const isExpected = program.ends.some((expected) => matches(expected, outcome))
      expect(isExpected, `${textOf(outcome)}, expected ${JSON.stringify(program.ends)}`).toBe(true)
    },
    180_000,
  )
})

test("the memory of the gateways returns after all programs", async () => {
  const after = await runner.host.ask<Memory>("memory")
  expect((after.used - before.used) / 2 ** 20).toBeLessThan(16)
  // The allocator keeps some of what it has freed.
  expect((after.resident - before.resident) / 2 ** 20).toBeLessThan(200)
}, 60_000)

test("closing ends all handlers that are blocked, within the drain time and the time for a close", async () => {
  const blocked = programs.filter(({ group, top }) => group === "blocked" && top === undefined)
  expect(blocked.length).toBeGreaterThan(15)
  const drainTimeoutMs = 200
  const endless = blocked.map((program) => ({ ...program, timeoutMs: 900_000 }))
  const { host, clients } = runner
  const { id, url } = await host.ask<Opened>("open", {
    programs: endless,
    quotas: { drainTimeoutMs },
  } satisfies OpenOptions)
  for (const [index] of endless.entries()) await clients.ask("invoke", { url, action: routeOf(index) })
  await host.ask("untilBegun", { id, count: endless.length })
  const { closeMs, problems } = await host.ask<Closed>("close", id)
  expect(closeMs).toBeLessThan(drainTimeoutMs + MAX_CLOSE_MS)
  expect(problems).toEqual([expect.stringMatching(/^Functions did not end within 0\.2 seconds and were killed: /)])
  for (const [index] of endless.entries()) {
    expect(await host.ask("outcome", { id, index })).toMatchObject({ errorType: "Runtime.ExitError" })
  }
}, 60_000)

test("a message over the reserved concurrency is throttled at once while all environments are blocked", async () => {
  const blocked: Program = { name: "blocked", code: "for (;;);", ends: [], timeoutMs: 900_000 }
  const { host, clients } = runner
  const options: OpenOptions = { programs: [blocked], reservedConcurrency: 2, quotas: { drainTimeoutMs: 200 } }
  const { id, url } = await host.ask<Opened>("open", options)
  for (let count = 0; count < 2; count++) await clients.ask("invoke", { url, action: routeOf(0) })
  await host.ask("untilBegun", { id, count: 2 })
  const own = await clients.ask<{ frame: string; ms: number }>("ask", { url, action: routeOf(0) })
  expect(JSON.parse(own.frame)).toMatchObject({ message: "Internal server error" })
  expect(own.ms).toBeLessThan(MAX_DELAY_MS)
  // Includes the cold start of another function.
  expect(await clients.ask("ask", { url, action: "neighbour" })).toMatchObject({ frame: "neighbour" })
  await host.ask("close", id)
}, 60_000)

test.runIf(process.platform === "linux")("the processes that a handler has started end with it", async () => {
  const code = `const { spawn } = use("child_process")
    const all = [spawn("sleep", ["600"]), spawn("sh", ["-c", "trap '' TERM; sleep 600"]), spawn("sh", ["-c", "sleep 600 & wait"])]
    return all.map(({ pid }) => pid).concat(process.pid)`
  const { outcome } = await runProgram({ group: "child processes", name: "three that stay", code, ends: [] })
  if (outcome.outcome !== "responded") throw new Error(textOf(outcome))
  const pids = JSON.parse(outcome.payload) as number[]
  expect(pids).toHaveLength(4)
  expect(pids.filter(isRunning)).toEqual([])
})

/** A zombie has ended, and waits for its parent to read its status. */
function isRunning(pid: number): boolean {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return false
  return !/\) [ZX] /.test(readFileSync(path, "utf8"))
}

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

// Hostile handlers harm only their own invocation: it ends as on Lambda, neighbours are not delayed, the gateway lives and
// closes in time. One of each kind; isolation.soak.test.ts has all.
import { existsSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { runs } from "../testing/runs.ts"
import type { Closed, Opened, OpenOptions } from "./gateway-host.ts"
import { MAX_CLOSE_MS, MAX_DELAY_MS, testEndings, textOf, useIsolation } from "./isolation-world.ts"
import { type Program, routeOf } from "./program.ts"
import { programs } from "./programs.ts"

const groups = new Set(programs.map(({ group }) => group))
const firstOfEach = [...groups].flatMap((group) => programs.find((program) => program.group === group) ?? [])
const world = useIsolation(firstOfEach)

testEndings(world)

test("closing ends all handlers that are blocked, within the drain time and the time for a close", async () => {
  const blocked = programs.filter(({ group, top }) => group === "blocked" && top === undefined)
  expect(blocked.length).toBeGreaterThan(15)
  const drainTimeoutMs = 200
  // Each of them keeps a core busy while the next ones start.
  const endless = blocked.slice(0, runs(blocked.length)).map((program) => ({ ...program, timeoutMs: 900_000 }))
  const { host, clients } = world.runner
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
  const { host, clients } = world.runner
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
  const { outcome } = await world.runProgram({ group: "child processes", name: "three that stay", code, ends: [] })
  if (outcome.outcome !== "responded") throw new Error(textOf(outcome))
  const pids = JSON.parse(outcome.payload) as number[]
  expect(pids).toHaveLength(4)
  // They were killed; a busy machine ends them later.
  await expect.poll(() => pids.filter(isRunning)).toEqual([])
})

/** A zombie has ended, and waits for its parent to read its status. */
function isRunning(pid: number): boolean {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return false
  return !/\) [ZX] /.test(readFileSync(path, "utf8"))
}

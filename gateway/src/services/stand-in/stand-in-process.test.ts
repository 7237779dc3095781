// The process of a stand-in: what happens when it is killed, hangs, crashes, or its gateway ends.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { get } from "node:http"
import { dirname } from "node:path"
import { afterEach, expect, test, vi } from "vitest"
import { silentLog } from "../../foundation/log.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { type StandInOptions, type StandInProcess, startStandIn } from "./stand-in-process.ts"

/** For the processes of a busy machine. */
const patience = { timeout: 10_000 }

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function start(options: Partial<StandInOptions> = {}) {
  const clock = new ManualClock()
  const errors: { event: string; reason: unknown }[] = []
  const log = { ...silentLog, error: (event: string, fields = {}) => errors.push({ event, ...fields } as never) }
  const standIn = await startStandIn({
    name: "dynamodb",
    title: "DynamoDB",
    region: "eu-west-1",
    recreate: async () => {},
    clock,
    log,
    ...options,
  })
  closers.push(() => standIn.close())
  return { standIn, clock, errors, failed: () => vi.waitUntil(() => errors.length > 0, patience) }
}

/** A process that has ended exists until its status is read. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function kill({ pid }: StandInProcess): number {
  if (pid === undefined) throw new Error("The stand-in does not run.")
  process.kill(pid, "SIGKILL")
  return pid
}

test("is restarted after it was killed, and filled again before it is available", async () => {
  let fill = () => {}
  const filled = new Promise<void>((resolve) => {
    fill = resolve
  })
  const sockets: string[] = []
  const recreate = (socketPath: string) => {
    sockets.push(socketPath)
    return filled
  }
  const { standIn, clock, errors, failed } = await start({ recreate })
  const pid = kill(standIn)
  await failed()
  expect(errors).toMatchObject([
    {
      event: "The stand-in for DynamoDB has failed and is restarted",
      message: "What it kept in memory is lost, and the resources of the template are created again.",
      hint: "Keep tables, objects and messages in a folder with --data DIR.",
      reason: "killed by SIGKILL",
    },
  ])
  let isAvailable = false
  const available = standIn.available().then(() => {
    isAvailable = true
  })
  clock.advance(0)
  await vi.waitUntil(() => sockets.length > 0, patience)
  expect([sockets, isAvailable]).toEqual([[standIn.socketPath], false])
  fill()
  await available
  expect(standIn.pid).not.toBe(pid)
  expect(errors).toHaveLength(1)
})

test.each(["SIGINT", "SIGTERM"] as const)("goes on after %s, which is for the gateway", async (signal) => {
  const { standIn, errors } = await start()
  process.kill(standIn.pid ?? 0, signal)
  // A signal that ends the process ends it before it responds.
  const [response] = await once(get({ socketPath: standIn.socketPath }), "response")
  response.resume()
  expect(errors).toEqual([])
})

test("is killed and restarted when it does not respond for 30 seconds", async () => {
  const { standIn, clock, errors, failed } = await start()
  const { pid = 0 } = standIn
  process.kill(pid, "SIGSTOP")
  for (let seconds = 0; seconds < 35; seconds += 5) clock.advance(5000)
  await failed()
  expect(errors[0]).toMatchObject({ reason: "it did not respond for 30 seconds" })
  clock.advance(0)
  await standIn.available()
  expect(exists(pid)).toBe(false)
})

test("is not restarted while it responds", async () => {
  const { standIn, clock, errors } = await start()
  const { pid } = standIn
  for (let seconds = 0; seconds < 300; seconds += 5) {
    clock.advance(5000)
    await vi.waitUntil(() => standIn.hasResponded, patience)
  }
  expect([standIn.pid, errors]).toEqual([pid, []])
})

test("waits longer before each restart of one that fails again and again, and at most ten seconds", async () => {
  const { standIn, clock, failed, errors } = await start()
  const delays: number[] = []
  for (let failures = 0; failures < 4; failures++) {
    kill(standIn)
    await failed()
    errors.splice(0)
    // The ping's timer is gone, so the only one is that of the restart.
    expect(clock.pending).toBe(1)
    const before = clock.now()
    while (clock.pending === 1) clock.advance(50)
    delays.push(clock.now() - before)
    await standIn.available()
  }
  expect(delays).toEqual([50, 100, 200, 400])
})

test("rejects the requests that wait when it cannot be restarted, and tries again", async () => {
  let attempts = 0
  const recreate = async () => {
    if (++attempts === 1) throw new Error("no table")
  }
  const { standIn, clock, errors, failed } = await start({ recreate })
  kill(standIn)
  await failed()
  clock.advance(0)
  await vi.waitUntil(() => errors.length === 2, patience)
  expect(errors[1]).toMatchObject({ reason: "its resources cannot be created: no table" })
  clock.advance(1000)
  await standIn.available()
  expect(attempts).toBe(2)
})

test("closing while it is restarted ends it, and what waits for it", async () => {
  const { standIn, clock, failed } = await start({ recreate: () => new Promise(() => {}) })
  kill(standIn)
  await failed()
  clock.advance(0)
  await vi.waitUntil(() => standIn.pid !== undefined, patience)
  const { pid = 0 } = standIn
  const available = expect(standIn.available()).rejects.toThrow("The stand-in for DynamoDB is closed.")
  await standIn.close()
  await available
  expect(exists(pid)).toBe(false)
  expect(existsSync(dirname(standIn.socketPath))).toBe(false)
})

test("ends when its gateway is killed, and removes its socket", async () => {
  const module = JSON.stringify(new URL("./stand-in-process.ts", import.meta.url).href)
  const clock = JSON.stringify(new URL("../../foundation/clock.ts", import.meta.url).href)
  const code = `import { startStandIn } from ${module}
import { systemClock } from ${clock}
const log = { info() {}, warn() {}, error() {} }
const options = { name: "dynamodb", title: "DynamoDB", region: "eu-west-1", recreate: async () => {}, clock: systemClock, log }
const { pid, socketPath } = await startStandIn(options)
console.log(JSON.stringify({ pid, socketPath }))`
  const gateway = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  closers.push(() => gateway.kill("SIGKILL"))
  const [line] = await once(gateway.stdout, "data")
  const { pid, socketPath } = JSON.parse(String(line)) as { pid: number; socketPath: string }
  expect([exists(pid), existsSync(socketPath)]).toEqual([true, true])
  gateway.kill("SIGKILL")
  await vi.waitUntil(() => !exists(pid), patience)
  expect(existsSync(dirname(socketPath))).toBe(false)
})

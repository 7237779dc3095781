// Process groups of a gateway that is killed.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { expect, test } from "vitest"

const reaper = new URL("./process-reaper.ts", import.meta.url)

/** Starts three groups, each with a pipe that closes when all its processes have ended. The second is taken off the list. */
const program = `
import { spawn } from "node:child_process"
import { killWithGateway } from ${JSON.stringify(reaper.href)}
const start = (pipe) => spawn("sh", ["-c", "sleep 1000 & wait"], { stdio: ["ignore", pipe, "ignore"], detached: true }).pid
const groups = [3, 4, 5].map(start)
const removals = groups.map(killWithGateway)
removals[1]()
removals[1]()
console.log(groups[1])
setInterval(() => {}, 1000)`

test.skipIf(process.platform === "win32")("kills the groups on the list when the process is killed", async () => {
  const gateway = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit", "pipe", "pipe", "pipe"],
  })
  const [, stdout, , first, second, third] = gateway.stdio as Readable[]
  const [line] = await once(createInterface(stdout as Readable), "line")
  const ends = [first, second, third].map((pipe) => once((pipe as Readable).resume(), "close"))

  gateway.kill("SIGKILL")
  await Promise.all([ends[0], ends[2]])
  expect(second?.closed).toBe(false)

  process.kill(-Number(line), "SIGKILL")
  await ends[1]
})

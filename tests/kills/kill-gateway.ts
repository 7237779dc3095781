// Kills a gateway with --data at random moments, starts it again, and checks that nothing that it confirmed is lost.
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout } from "node:timers/promises"
import { createRandom } from "../testing/random.ts"
import { accept, webSocketTemplate } from "../testing/template.ts"
import { type Counts, type Host, resources, Workload } from "./workload.ts"

export type KillOptions = {
  runs: number
  /** Repeats the moments of a run, as far as the machine does. */
  seed: number
  onRun?(run: number, confirmed: Counts): void
}

type RunningHost = Host & { process: ChildProcess; ended: Promise<unknown>; reported: string[] }

const hostFile = join(import.meta.dirname, "host.ts")
const MAX_CONFIRMED = 80
const MAX_DELAY_MS = 20
/** How often only the gateway is killed: its other processes end by themselves. */
const GATEWAY_ONLY = 0.25

/**
 * @returns what was confirmed in all runs
 * @throws with what is lost or broken after a kill
 */
export async function killGateway({ runs, seed, onRun }: KillOptions): Promise<Counts> {
  const random = createRandom(seed)
  const folder = mkdtempSync(join(tmpdir(), "kills-"))
  const template = join(folder, "template.json")
  const dataDir = join(folder, "data")
  writeFileSync(template, webSocketTemplate({ routes: { $connect: { code: accept } }, resources }))
  const workload = new Workload(random)
  let host: RunningHost | undefined
  try {
    for (let run = 0; run < runs; run++) {
      host ??= await startHost(template, dataDir)
      await writeUntilKilled(host, workload, random)
      host = await startHost(template, dataDir)
      const problems = [...(await workload.check(host)), ...host.reported, ...unfinishedFiles(dataDir)]
      if (problems.length > 0) throw new Error(`run ${run} of seed ${seed}: ${problems.join("; ")}`)
      onRun?.(run, workload.counts)
    }
    return workload.counts
  } finally {
    if (host) await stop(host)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function writeUntilKilled(host: RunningHost, workload: Workload, random: () => number): Promise<void> {
  let left = 1 + Math.floor(random() * MAX_CONFIRMED)
  const enough = Promise.withResolvers<void>()
  const writing = workload.write(host, () => --left === 0 && enough.resolve())
  // It may end early only by a defect of the gateway, which the check shows.
  await Promise.race([enough.promise, writing])
  await setTimeout(random() * MAX_DELAY_MS)
  kill(host, random() < GATEWAY_ONLY)
  await host.ended
  await writing
}

function kill({ process: host }: RunningHost, isGatewayOnly: boolean): void {
  const { pid } = host
  if (pid === undefined) return
  if (isGatewayOnly || process.platform === "win32") host.kill("SIGKILL")
  else process.kill(-pid, "SIGKILL")
}

async function startHost(template: string, dataDir: string): Promise<RunningHost> {
  // A process group of its own, with the stand-ins in it.
  const host = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", hostFile, template, dataDir], {
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "inherit"],
  })
  const ended = once(host, "exit")
  const reported: string[] = []
  const ready = new Promise<Host>((resolve, reject) => {
    createInterface({ input: host.stdout })
      .on("line", (line) => {
        const message = JSON.parse(line) as Host | { event: { message: string } }
        if ("endpoints" in message) resolve(message)
        else reported.push(message.event.message)
      })
      .once("close", () => reject(new Error(`The gateway has ended. ${reported.join(" ")}`)))
  })
  return { ...(await ready), process: host, ended, reported }
}

async function stop({ process: host, ended }: RunningHost): Promise<void> {
  host.kill("SIGTERM")
  await ended
}

function unfinishedFiles(dataDir: string): string[] {
  const files = readdirSync(dataDir, { recursive: true }).map(String)
  return files.filter((name) => name.endsWith(".unfinished")).map((name) => `${name} is left`)
}

// The time from the start of the command until it serves: a template with one function, and this repository's system.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { synthesize } from "@document-insight/infrastructure"
import { alternate } from "../alternate.ts"
import { startServer } from "../program.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"
import { servedTemplate } from "../served-template.ts"

const command = join(import.meta.dirname, "..", "..", "..", "gateway", "src", "cli", "main.ts")

export async function* start({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "start-bench-"))
  try {
    const template = join(folder, "template.json")
    writeFileSync(template, servedTemplate(undefined))
    const system = join(folder, "cdk.out")
    await synthesize({ outdir: system, context: { hosting: "none" } })
    const starts = {
      floor: startOfFloor,
      template: () => startOfCommand(template),
      system: () => startOfCommand(system),
    }
    // Fills the caches of the file system and of compiled code.
    await alternate(1, starts)
    const { floor, ...ours } = await alternate(quick ? 3 : 9, starts)
    const about = { name: "start", unit: "ms", note: "the floor is a process with a WebSocket server" }
    yield judge({ ...about, variant: "template" }, { floor, ours: ours.template }, { ...atMost, goal: 500 })
    yield judge({ ...about, variant: "system" }, { floor, ours: ours.system }, { ...atMost, goal: 1_000 })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const atMost = { goalOf: "ours", atMost: true } as const

async function startOfFloor(): Promise<number> {
  const startedAt = performance.now()
  const server = await startServer("floor-server")
  const ms = performance.now() - startedAt
  await server.end()
  return ms
}

async function startOfCommand(source: string): Promise<number> {
  const startedAt = performance.now()
  const args = ["--disable-warning=ExperimentalWarning", command, source, "--port", "0", "--json"]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  const exited = once(child, "exit")
  let readyAt: number | undefined
  for await (const line of createInterface(child.stdout)) {
    if (readyAt !== undefined || JSON.parse(line).event !== "ready") continue
    readyAt = performance.now()
    child.kill("SIGTERM")
  }
  await exited
  if (readyAt === undefined) throw new Error(`${source} was not served.`)
  return readyAt - startedAt
}

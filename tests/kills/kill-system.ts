// Kills processes of the running system at random while documents are uploaded and watched: functions, stand-ins and the
// gateway itself. Afterwards every document has ended, and every watcher knows how.
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout } from "node:timers/promises"
import { synthesize } from "@document-insight/infrastructure"
import { createRandom } from "../testing/random.ts"
import { WatchedDocuments } from "./watched-documents.ts"

export type KillSystemOptions = { seconds: number; seed: number; onKill?(what: Victim): void }
export type Victim = "function" | "stand-in" | "gateway"
export type Survived = {
  killed: Record<Victim, number>
  documents: number
  watchers: number
  ends: Record<string, number>
}

const hostFile = join(import.meta.dirname, "system-host.ts")
const betweenKillsMs = { least: 200, most: 1_500 }
const uploadsAtOnce = 4
const mostOpenDocuments = 10

// Short, so that a document that loses its processor is read again soon.
const context = {
  hosting: "none",
  log_level: "ERROR",
  document_processor_claim_seconds: "5",
  document_processor_timeout_seconds: "20",
  max_attempts: "10",
  max_receive_count: "100",
}
/** A message whose processor died before it hid it comes again after the timeout and a minute. */
const lastEndWithinMs = 240_000

type Host = { process: ChildProcess; outputs: Record<string, string> }

/** @throws with the documents and watchers that were lost */
export async function killSystem({ seconds, seed, onKill }: KillSystemOptions): Promise<Survived> {
  const random = createRandom(seed)
  const folder = mkdtempSync(join(tmpdir(), "kill-system-"))
  const source = join(folder, "assembly")
  const dataDir = join(folder, "data")
  // Clients return to the same address.
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  const killed: Record<Victim, number> = { function: 0, "stand-in": 0, gateway: 0 }
  await synthesize({ outdir: source, context })
  let host = await startHost({ source, dataDir, port })
  const documents = new WatchedDocuments(host.outputs)
  try {
    const endsAt = Date.now() + seconds * 1000
    const uploading = Array.from({ length: uploadsAtOnce }, async () => {
      while (Date.now() < endsAt) {
        if (documents.open < mostOpenDocuments) await documents.uploadOne()
        else await setTimeout(50)
      }
    })
    while (Date.now() < endsAt) {
      await setTimeout(betweenKillsMs.least + random() * (betweenKillsMs.most - betweenKillsMs.least))
      const victim = kill(host, random)
      if (!victim) continue
      killed[victim]++
      onKill?.(victim)
      if (victim === "gateway") {
        await once(host.process, "exit")
        host = await startHost({ source, dataDir, port })
      }
    }
    await Promise.all(uploading)
    const ends = await documents.untilAllEnded(lastEndWithinMs)
    return { killed, documents: documents.count, watchers: documents.watchers, ends }
  } finally {
    documents.close()
    host.process.kill("SIGTERM")
    await once(host.process, "exit")
    rmSync(folder, { recursive: true, force: true })
  }
}

function kill({ process: host }: Host, random: () => number): Victim | undefined {
  const draw = random()
  if (draw < 0.1) return host.kill("SIGKILL") ? "gateway" : undefined
  const victim: Victim = draw < 0.25 ? "stand-in" : "function"
  const ofKind = childrenOf(host).filter(({ command }) => command.includes("stand-in") === (victim === "stand-in"))
  const chosen = ofKind[Math.floor(random() * ofKind.length)]
  if (!chosen) return undefined
  try {
    process.kill(chosen.pid, "SIGKILL")
    return victim
  } catch {
    // It has just ended by itself.
    return undefined
  }
}

/** The processes of functions and stand-ins; not the shell that ends them with the gateway. */
function childrenOf({ pid }: ChildProcess): { pid: number; command: string }[] {
  const table = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" })
  return table.split("\n").flatMap((line) => {
    const [, id, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return Number(parent) === pid && command.includes("node") ? [{ pid: Number(id), command }] : []
  })
}

async function startHost({ source, dataDir, port }: { source: string; dataDir: string; port: number }): Promise<Host> {
  const args = ["--disable-warning=ExperimentalWarning", hostFile, source, dataDir, String(port)]
  const host = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  const line = await Promise.race([
    once(createInterface({ input: host.stdout }), "line"),
    once(host, "exit").then(() => Promise.reject(new Error("The gateway has ended before it was ready."))),
  ])
  return { process: host, outputs: JSON.parse(line[0]) }
}

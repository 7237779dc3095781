// A thousand connections opened, held and closed: none is lost, nothing of them stays behind.
// CONNECTIONS=10000 for more.
import { fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { ManualClock, type Quotas } from "@document-insight/gateway"
import { expect, onTestFinished, test } from "vitest"
import { startLocal } from "../testing/start-local.ts"
import { accept, echoEvent } from "../testing/template.ts"

const isWindows = process.platform === "win32"
const connections = Number(process.env.CONNECTIONS ?? 1000)

const quotas: Partial<Quotas> = { accountRateLimit: 1e9, accountBurstLimit: 1e9, newConnectionsPerSecond: 1e9 }

const accessLog = {
  AccessLogSettings: {
    DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:contract",
    Format: "$context.eventType $context.status $context.disconnectStatusCode $context.requestId",
  },
}

test(
  `${connections} connections`,
  async () => {
    const clock = new ManualClock(Date.now())
    const local = await startLocal(
      {
        routes: {
          $connect: { code: accept },
          $disconnect: { code: accept },
          echo: { code: echoEvent, twoWay: true },
        },
        stage: accessLog,
      },
      { clock, quotas },
    )
    const clients = startClients(local.url)
    expect(await clients.ask("open")).toBe(connections)
    expect(local.gateway.connections.size).toBe(connections)
    // One timer for all of them, and a few for the execution environments.
    expect(clock.pending).toBeLessThan(50)
    expect(await clients.ask("echo")).toBe(connections)

    // A third each: by code, without a word, and by the gateway as it closes.
    const third = Number(await clients.ask("leave"))
    await local.untilEvent(() => local.gateway.connections.size === connections - 2 * third)
    await local.gateway.close()
    expect(await clients.ask("codes")).toEqual({ 1000: third, 1001: connections - 2 * third, 1006: third })

    const lines = local.accessLines()
    const count = (start: string) => lines.filter((line) => line.startsWith(start)).length
    expect(count("CONNECT 200")).toBe(connections)
    expect(count("DISCONNECT 200 1000")).toBe(third)
    expect(count("DISCONNECT 200 1006")).toBe(third)
    expect(count("DISCONNECT 200 1001")).toBe(connections - 2 * third)
    expect(local.gateway.connections.size).toBe(0)
    // Pending checks for waiting requests find none.
    clock.advance(100)
    expect(clock.pending).toBe(0)
    expect(process.getActiveResourcesInfo().filter((resource) => resource === "Worker")).toEqual([])
    expect(local.events.filter((event) => event.event === "problem")).toEqual([])
  },
  30_000 + connections * 20,
)

/** So many clients in a process of their own. */
function startClients(url: string) {
  const child = fork(join(import.meta.dirname, "testing", "many-connections.client.ts"), [url, String(connections)], {
    // The pinned version runs TypeScript, also when the cases run on an older one.
    execPath: join(import.meta.dirname, "..", "..", "node_modules", ".bin", `node${isWindows ? ".exe" : ""}`),
    execArgv: ["--disable-warning=ExperimentalWarning"],
  })
  onTestFinished(() => void child.kill())
  return {
    async ask(command: "open" | "echo" | "leave" | "codes"): Promise<unknown> {
      child.send(command)
      const [{ seen, error }] = await once(child, "message")
      if (error !== undefined) throw new Error(`the clients: ${error}`)
      return seen
    },
  }
}

// This repository's system on the gateway, with quotas so high that they do not affect the measurement.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGateway } from "@document-insight/gateway"
import { synthesize } from "@document-insight/infrastructure"
import { serveRequests } from "../program.ts"

const unlimited = 1e9
const outdir = mkdtempSync(join(tmpdir(), "system-bench-"))
await synthesize({
  outdir,
  context: { hosting: "none", log_level: "WARN", api_throttle_rate: "10000", api_throttle_burst: "5000" },
})
const gateway = await startGateway({
  source: outdir,
  quotas: { accountRateLimit: unlimited, accountBurstLimit: unlimited, newConnectionsPerSecond: unlimited },
  // Reported, because a gateway that rejects requests would be fast.
  onEvent(event) {
    if (event.event === "problem" && event.message.startsWith("Not served locally")) return
    if (event.event === "problem" || event.event === "denied") process.stderr.write(`${JSON.stringify(event)}\n`)
  },
})
const { WebSocketApiUrl = "", ApiEndpoint = "" } = gateway.outputs()
const { port, pathname } = new URL(WebSocketApiUrl)
serveRequests({ address: () => ({ port: Number(port), path: pathname, apiEndpoint: ApiEndpoint }) }, async () => {
  await gateway.close()
  rmSync(outdir, { recursive: true })
})

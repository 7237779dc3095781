// The gateway, started from a template, with quotas so high that they do not affect the measurement.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGateway } from "@document-insight/gateway"
import { serveRequests } from "../program.ts"
import { servedTemplate, type TemplateName } from "../served-template.ts"

const unlimited = 1e9
const templateName = process.argv[2] as TemplateName | undefined
const folder = mkdtempSync(join(tmpdir(), "gateway-bench-"))
const source = join(folder, "template.json")
writeFileSync(source, servedTemplate(templateName))
const gateway = await startGateway({
  source,
  quotas: { accountRateLimit: unlimited, accountBurstLimit: unlimited, newConnectionsPerSecond: unlimited },
  // Reported, because a gateway that rejects requests would be fast.
  onEvent(event) {
    // As the mixed load intends.
    if (event.event === "problem" && event.message.startsWith("Slow client disconnected")) return
    if (event.event === "problem" || event.event === "denied") process.stderr.write(`${JSON.stringify(event)}\n`)
  },
})
const { port, pathname } = new URL(gateway.outputs().Url ?? "")
const address = {
  port: Number(port),
  path: templateName === "with-authorizer" ? `${pathname}?ticket=t` : pathname,
  siteUrl: gateway.siteUrl,
}
serveRequests(
  {
    address: () => address,
    /** Serves another version of the template. */
    async reload({ template }: { template: string }) {
      writeFileSync(source, template)
      await gateway.reload()
    },
  },
  async () => {
    await gateway.close()
    rmSync(folder, { recursive: true })
  },
)

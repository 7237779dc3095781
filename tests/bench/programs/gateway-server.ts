// The gateway, started from a template, with quotas so high that they do not affect the measurement.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGateway } from "@document-insight/gateway"
import { webSocketTemplate } from "../../testing/template.ts"
import { acceptHandler, allowHandler, echoByTemplates, echoHandler } from "../dialogue.ts"
import { serveRequests } from "../program.ts"

const unlimited = 1e9
const hasAuthorizer = process.argv.includes("with-authorizer")
const folder = mkdtempSync(join(tmpdir(), "gateway-bench-"))
const source = join(folder, "template.json")
writeFileSync(
  source,
  webSocketTemplate({
    routes: {
      ...(!process.argv.includes("without-connect") && {
        $connect: { code: acceptHandler, authorization: hasAuthorizer ? "CUSTOM" : "NONE" },
      }),
      ...(!process.argv.includes("with-templates") && { echo: { code: echoHandler, twoWay: true } }),
    },
    ...(process.argv.includes("with-templates") && { resources: echoByTemplates }),
    ...(hasAuthorizer && { authorizer: { code: allowHandler, identitySource: ["route.request.querystring.ticket"] } }),
  }),
)
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
  path: hasAuthorizer ? `${pathname}?ticket=t` : pathname,
  siteUrl: gateway.siteUrl,
}
serveRequests({ address: () => address }, async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

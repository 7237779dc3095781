// A gateway for one test: started from a template, closed when the test is over.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Gateway, type GatewayEvent, type GatewayOptions, startGateway } from "@document-insight/gateway"
import { onTestFinished } from "vitest"
import { type TestApi, webSocketTemplate } from "./template.ts"

export type LocalGateway = {
  gateway: Gateway
  url: string
  callbackUrl: string
  events: GatewayEvent[]
  /** What the access log has said so far. */
  accessLines(): string[]
  /** Replaces the template; `gateway.reload()` then serves it. */
  rewrite(api: TestApi): void
}

export async function startLocal(api: TestApi, options: Partial<GatewayOptions> = {}): Promise<LocalGateway> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-test-"))
  const source = join(folder, "template.json")
  const rewrite = (changed: TestApi) => writeFileSync(source, webSocketTemplate(changed))
  rewrite(api)
  const events: GatewayEvent[] = []
  const gateway = await startGateway({ source, onEvent: (event) => events.push(event), ...options })
  onTestFinished(async () => {
    await gateway.close()
    rmSync(folder, { recursive: true })
  })
  const { Url: url = "", Callback: callbackUrl = "" } = gateway.outputs()
  const accessLines = () => events.flatMap((event) => (event.event === "access" ? [event.message] : []))
  return { gateway, url, callbackUrl, events, accessLines, rewrite }
}

// Starts a gateway from a template for one test, and closes it after the test.
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
  /** Resolves when such an event was reported. */
  untilEvent(matches: (event: GatewayEvent) => boolean): Promise<void>
  /** The lines of the access log so far. */
  accessLines(): string[]
  /** Replaces the template; `gateway.reload()` then serves it. */
  rewrite(api: TestApi): void
}

export async function startLocal(api: TestApi, options: Partial<GatewayOptions> = {}): Promise<LocalGateway> {
  const local = await openLocal(api, options)
  onTestFinished(() => local.close())
  return local
}

/** The same for all tests of a file, which closes it. */
export async function openLocal(
  api: TestApi,
  options: Partial<GatewayOptions> = {},
): Promise<LocalGateway & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-test-"))
  const source = join(folder, "template.json")
  const rewrite = (changed: TestApi) => writeFileSync(source, webSocketTemplate(changed))
  rewrite(api)
  const events: GatewayEvent[] = []
  const waiting = new Set<() => void>()
  const onEvent = (event: GatewayEvent) => {
    events.push(event)
    for (const look of waiting) look()
  }
  const untilEvent: LocalGateway["untilEvent"] = (matches) =>
    new Promise((resolve) => {
      const look = () => {
        if (!events.some(matches)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const gateway = await startGateway({ source, onEvent, ...options })
  const close = async () => {
    await gateway.close()
    rmSync(folder, { recursive: true })
  }
  const { Url: url = "", Callback: callbackUrl = "" } = gateway.outputs()
  const accessLines = () => events.flatMap((event) => (event.event === "access" ? [event.message] : []))
  return { gateway, url, callbackUrl, events, untilEvent, accessLines, rewrite, close }
}

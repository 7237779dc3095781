// Starts a gateway from a template: for one test, which closes it, or for all tests of a file.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Gateway, type GatewayEvent, type GatewayOptions, startGateway } from "@document-insight/gateway"
import { afterAll, onTestFinished } from "vitest"
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
  const { onEvent, ...recorded } = recordEvents()
  const gateway = await startGateway({ source, onEvent, ...options })
  const close = async () => {
    await gateway.close()
    rmSync(folder, { recursive: true })
  }
  return { gateway, ...addressesOf(gateway), ...recorded, rewrite, close }
}

/**
 * One gateway for the tests of a file: each call serves another template with a reload, and returns the events since then.
 * Faster than a gateway for each test, whose functions and stand-ins would start anew. What services contain stays, so
 * each test uses its own names or keys, and waits for events that no other test causes.
 */
export function shareLocal(options: Partial<GatewayOptions> = {}): (api: TestApi) => Promise<LocalGateway> {
  let shared: Awaited<ReturnType<typeof openLocal>> | undefined
  let current = recordEvents()
  afterAll(() => shared?.close())
  return async (api) => {
    current = recordEvents()
    const { onEvent: _, ...recorded } = current
    if (shared) {
      shared.rewrite(api)
      await shared.gateway.reload()
    } else shared = await openLocal(api, { ...options, onEvent: (event) => current.onEvent(event) })
    return { ...shared, ...addressesOf(shared.gateway), ...recorded }
  }
}

function addressesOf(gateway: Gateway): Pick<LocalGateway, "url" | "callbackUrl"> {
  const { Url: url = "", Callback: callbackUrl = "" } = gateway.outputs()
  return { url, callbackUrl }
}

type RecordedEvents = Pick<LocalGateway, "events" | "untilEvent" | "accessLines">

function recordEvents(): RecordedEvents & { onEvent(event: GatewayEvent): void } {
  const events: GatewayEvent[] = []
  const waiting = new Set<() => void>()
  return {
    events,
    onEvent(event) {
      events.push(event)
      for (const check of waiting) check()
    },
    untilEvent: (matches) =>
      new Promise((resolve) => {
        const check = () => {
          if (!events.some(matches)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    accessLines: () => events.flatMap((event) => (event.event === "access" ? [event.message] : [])),
  }
}

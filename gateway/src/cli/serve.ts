// Serves until the command is stopped: shared by `npm start` and `npm run gateway`.
import type { Gateway, GatewayEvent, Quotas } from "../index.ts"
import { CloseExitCode } from "./close-exit-code.ts"
import { openBrowser } from "./open-browser.ts"
import { openGateway, reportReady } from "./open-gateway.ts"
import type { CommandOptions } from "./options.ts"
import type { Reporter } from "./reporter.ts"
import { stopRequest } from "./stop-request.ts"

export type ServeOptions = {
  source: string
  options: CommandOptions
  reporter: Reporter
  outputClosed: AbortSignal
  /** Instead of the quotas of AWS. */
  quotas?: Partial<Quotas>
  /** Starts the watcher of `--watch`. */
  watch(gateway: Gateway): { close(): Promise<void> }
}

/**
 * Resolves when everything is closed: first the watcher, then the gateway.
 * @returns the exit code: 1 when functions had to be killed
 */
export async function serve(serveOptions: ServeOptions): Promise<number> {
  const { source, options, reporter, outputClosed, quotas, watch } = serveOptions
  const exitCode = new CloseExitCode()
  await using opened = new AsyncDisposableStack()
  const started = await openGateway(source, options, {
    onEvent(event) {
      exitCode.note(event)
      reporter.event(event)
    },
    quotas: quotas ?? {},
  })
  const gateway = opened.adopt(started, () => started.close())
  // Before the gateway is reported as ready, because the caller may stop it or change a file as soon as it is.
  const stop = stopRequest(outputClosed)
  if (options.watch) opened.adopt(watch(gateway), (watcher) => watcher.close())
  await reportReady(gateway, reporter)
  if (options.open) openBrowser(gateway.siteUrl, options.browser, () => reporter.event(noBrowser(gateway.siteUrl)))
  await stop
  reporter.stopping?.()
  await opened.disposeAsync()
  return exitCode.value
}

function noBrowser(url: string): GatewayEvent {
  const message = "No browser could be opened."
  return { event: "problem", code: "WARNING", message, hint: `Open ${url}, or set BROWSER to a program.` }
}

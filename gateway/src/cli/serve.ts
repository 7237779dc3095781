// Serves until the command is stopped: shared by `npm start` and `npm run gateway`.
import type { Gateway } from "../index.ts"
import { openGateway, reportReady } from "./open-gateway.ts"
import type { CommandOptions } from "./options.ts"
import type { Reporter } from "./reporter.ts"
import { stopRequest } from "./stop-request.ts"

export type ServeOptions = {
  source: string
  options: CommandOptions
  reporter: Reporter
  outputClosed: AbortSignal
  /** Starts the watcher of `--watch`. */
  watch(gateway: Gateway): { close(): Promise<void> }
}

/** Resolves when everything is closed: first the watcher, then the gateway. */
export async function serve({ source, options, reporter, outputClosed, watch }: ServeOptions): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const gateway = opened.adopt(await openGateway(source, options, reporter), (started) => started.close())
  // Before the gateway is reported as ready: the caller may stop it, or change a file, at once.
  const stop = stopRequest(outputClosed)
  if (options.watch) opened.adopt(watch(gateway), (watcher) => watcher.close())
  reportReady(gateway, reporter)
  await stop
}

// Serves until the command is stopped: shared by `npm start` and `npm run gateway`.
import { type Gateway, type GatewayOptions, startGateway } from "../index.ts"
import type { CommandOptions } from "./options.ts"
import type { Reporter } from "./reporter.ts"

export async function serve(source: string, options: CommandOptions, reporter: Reporter): Promise<Gateway> {
  const gatewayOptions: GatewayOptions = {
    source,
    port: options.port,
    iam: options.iam,
    endpoints: options.endpoints,
    onEvent: reporter.event,
    parameters: Object.fromEntries(options.parameters),
    ...(options.stack !== undefined && { stack: options.stack }),
    ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
  }
  const gateway = await startGateway(gatewayOptions)
  const { accessKeyId, secretAccessKey } = gateway.credentials
  reporter.ready({ outputs: gateway.outputs(), credentials: { accessKeyId, secretAccessKey } }, gateway.siteUrl)
  return gateway
}

/**
 * Waits for SIGINT, SIGTERM or the end of the output's reader, then closes everything in the order given. A second signal
 * ends the process at once.
 */
export async function untilStopped(outputClosed: AbortSignal, running: { close(): Promise<void> }[]): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve())
    if (outputClosed.aborted) resolve()
    else outputClosed.addEventListener("abort", () => resolve())
  })
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))
  for (const one of running) await one.close()
}

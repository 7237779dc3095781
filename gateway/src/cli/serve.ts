// Serves until a signal says stop: the part that `npm start` and `npm run gateway` have in common.
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
    ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
  }
  const gateway = await startGateway(gatewayOptions)
  const { accessKeyId, secretAccessKey } = gateway.credentials
  reporter.ready({ outputs: gateway.outputs(), credentials: { accessKeyId, secretAccessKey } }, gateway.siteUrl)
  return gateway
}

/** Waits for a signal, then closes everything in the order given; a second signal ends the process at once. */
export async function untilSignal(...running: { close(): Promise<void> }[]): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve())
  })
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))
  for (const one of running) await one.close()
}

// Starts the gateway with the options of a command, and reports that it is ready.
import { type Gateway, type GatewayOptions, startGateway } from "../index.ts"
import type { CommandOptions } from "./options.ts"
import { readParameterFile } from "./read-parameter-file.ts"
import type { Reporter } from "./reporter.ts"

export function openGateway(
  source: string,
  options: CommandOptions,
  more: Pick<GatewayOptions, "onEvent" | "quotas">,
): Promise<Gateway> {
  const gatewayOptions: GatewayOptions = {
    source,
    port: options.port,
    iam: options.iam,
    consoleWrite: options.consoleWrite,
    ...(options.otlpUrl !== undefined && { otlpUrl: options.otlpUrl }),
    endpoints: options.endpoints,
    users: options.users,
    customResources: options.skipCustomResources ? "skip" : "run",
    parameters: Object.fromEntries(options.parameters),
    imports: Object.fromEntries(options.imports),
    ...(options.region !== undefined && { region: options.region }),
    ...(options.account !== undefined && { accountId: options.account }),
    ...more,
    ...(options.stack !== undefined && { stack: options.stack }),
    ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
    ...(options.parameterFile !== undefined && { parameterValues: readParameterFile(options.parameterFile) }),
  }
  return startGateway(gatewayOptions)
}

export async function reportReady(gateway: Gateway, reporter: Reporter): Promise<void> {
  const { accessKeyId, secretAccessKey } = gateway.credentials
  const user = await gateway.signIn()
  reporter.ready(
    {
      outputs: gateway.outputs(),
      stages: gateway.stages(),
      credentials: { accessKeyId, secretAccessKey },
      ...(user && { user }),
    },
    gateway.siteUrl,
  )
}

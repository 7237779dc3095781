// Starts the gateway with the options of a command, and reports that it is ready.
import { type Gateway, type GatewayEvent, type GatewayOptions, startGateway } from "../index.ts"
import type { CommandOptions } from "./options.ts"
import { readParameterFile } from "./read-parameter-file.ts"
import { readSamConfig, type SamConfig } from "./read-sam-config.ts"
import type { Reporter } from "./reporter.ts"

export function openGateway(
  source: string,
  options: CommandOptions,
  more: Pick<GatewayOptions, "onEvent" | "quotas">,
): Promise<Gateway> {
  const config = readSamConfig(source)
  if (config) more.onEvent?.(configurationUsed(config, options))
  const region = options.region ?? config?.region
  const gatewayOptions: GatewayOptions = {
    source,
    port: options.port,
    iam: options.iam,
    consoleWrite: options.consoleWrite,
    ...(options.otlpUrl !== undefined && { otlpUrl: options.otlpUrl }),
    endpoints: options.endpoints,
    users: options.users,
    customResources: options.skipCustomResources ? "skip" : "run",
    parameters: Object.fromEntries([...(config?.parameters ?? []), ...options.parameters]),
    imports: Object.fromEntries(options.imports),
    ...(region !== undefined && { region }),
    ...(config?.stackName !== undefined && { stackName: config.stackName }),
    ...(options.account !== undefined && { accountId: options.account }),
    ...more,
    ...(options.stack !== undefined && { stack: options.stack }),
    ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
    ...(options.parameterFile !== undefined && { parameterValues: readParameterFile(options.parameterFile) }),
  }
  return startGateway(gatewayOptions)
}

function configurationUsed({ parameters, stackName, region }: SamConfig, options: CommandOptions): GatewayEvent {
  const used = [
    ...(stackName === undefined ? [] : [`stack_name ${stackName}`]),
    ...(region === undefined || options.region !== undefined ? [] : [`region ${region}`]),
    ...[...parameters.keys()].filter((name) => !options.parameters.has(name)).map((name) => `parameter ${name}`),
  ]
  const message = `Used of samconfig.toml: ${used.join(", ") || "nothing"}.`
  return { event: "problem", code: "WARNING", message, hint: "Other values: --parameter NAME=VALUE, --region NAME." }
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

// Starts the gateway with the options of a command, and reports that it is ready.
import type { Gateway, GatewayEvent, GatewayOptions } from "../index.ts"
import type { CommandOptions } from "./options.ts"
import { readParameterFile } from "./read-parameter-file.ts"
import { readSamConfig, type SamConfig } from "./read-sam-config.ts"
import type { Reporter } from "./reporter.ts"

/** @param extra what no option of the command sets */
export async function openGateway(
  source: string,
  options: CommandOptions,
  extra: Pick<GatewayOptions, "onEvent" | "quotas">,
): Promise<Gateway> {
  const config = readSamConfig(source)
  if (config) extra.onEvent?.(configurationUsed(config, options))
  const { parameterFile } = options
  // Loaded only here, because it takes most of the time of a command that only prints its help or an error.
  const { startGateway } = await import("../index.ts")
  return await startGateway({
    ...extra,
    source,
    stack: options.stack,
    stackName: config?.stackName,
    region: options.region ?? config?.region,
    accountId: options.account,
    parameters: Object.fromEntries([...(config?.parameters ?? []), ...options.parameters]),
    imports: Object.fromEntries(options.imports),
    parameterValues: parameterFile === undefined ? undefined : readParameterFile(parameterFile),
    port: options.port,
    dataDir: options.dataDir,
    iam: options.iam,
    endpoints: options.endpoints,
    otlpUrl: options.otlpUrl,
    consoleWrite: options.consoleWrite,
    customResources: options.skipCustomResources ? "skip" : "run",
    users: options.users,
  })
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
  const user = await gateway.signIn().catch((cause: Error) => {
    const hint = "sign in again when it is corrected: the start has no tokens of a user"
    gateway.report({
      event: "problem",
      code: "WARNING",
      message: `The sign-in of alice failed: ${cause.message}`,
      hint,
    })
    return undefined
  })
  reporter.ready(
    {
      outputs: gateway.outputs(),
      stages: gateway.stages(),
      credentials: { accessKeyId, secretAccessKey },
      region: gateway.region(),
      endpoints: gateway.endpoints,
      ...(user && { user }),
    },
    gateway.siteUrl,
  )
}

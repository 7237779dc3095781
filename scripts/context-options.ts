// The options that `npm run synth` and the CDK commands share: the environment, its settings, the output folder.
import { CommandError } from "./run-command.ts"

export const contextOptions = {
  env: { type: "string", value: "NAME", help: "environment of cdk.json (default: the one that it names)" },
  context: {
    type: "string",
    short: "c",
    multiple: true,
    value: "KEY=VALUE",
    help: "a setting of infrastructure/src/config.ts, over the one in cdk.json",
  },
  output: { type: "string", value: "DIR", help: "folder of the cloud assembly (default: cdk.out)" },
} as const

export type CloudAssemblyContext = { envName?: string; context: Record<string, string>; output: string }

/** @throws CommandError for a `--context` that is not KEY=VALUE */
export function readContext(values: {
  env?: string | undefined
  context?: string[] | undefined
  output?: string | undefined
}): CloudAssemblyContext {
  const settings = new Map((values.context ?? []).map(parseSetting))
  const envName = values.env ?? settings.get("env")
  return {
    context: Object.fromEntries(settings),
    output: values.output ?? "cdk.out",
    ...(envName !== undefined && { envName }),
  }
}

function parseSetting(pair: string): [string, string] {
  const equals = pair.indexOf("=")
  if (equals < 1) throw new CommandError(`"-c ${pair}" is not a setting.`, "Write -c key=value.")
  return [pair.slice(0, equals), pair.slice(equals + 1)]
}

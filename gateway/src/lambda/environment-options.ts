// Collects the options of a new execution environment: its settings, its variables, and how it is run.
import { randomUUID } from "node:crypto"
import type { SessionCredentials } from "../definition/credentials.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { runtimeFamily } from "../definition/runtime-family.ts"
import { type Clock, isoTime } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import type { EnvironmentOptions } from "./execution-environment.ts"
import type { PreparedCode } from "./function-code.ts"
import { functionEnvironment } from "./function-environment.ts"
import type { OutputLine } from "./invocation-log.ts"
import { readsMemory } from "./memory-watch.ts"

export type EnvironmentSources = {
  region: string
  clock: Clock
  log: Log
  /** Variables in addition to Lambda's: `AWS_ENDPOINT_URL_DYNAMODB`, ... Called per cold start. */
  endpoints(): Record<string, string>
  /** Keys of the function's role, new ones for each execution environment. */
  credentials(definition: FunctionDefinition): SessionCredentials
  /** Host name -> loopback port, for hosts that lead to the gateway. Called per cold start. */
  network(): Record<string, number>
  /** Each line of a function's log. */
  onOutput(line: OutputLine): void
}

/** @param options those of the service, and the `node_modules` folders that have the AWS SDK */
export function environmentOptions(
  options: EnvironmentSources & { sdkFolders: string[] },
  definition: FunctionDefinition,
  { taskRoot, layerFolders, layerModules }: PreparedCode,
): Omit<EnvironmentOptions, "command" | "initTimeoutMs"> {
  const { clock } = options
  const region = definition.arn.split(":")[3] || options.region
  const day = isoTime(clock.now()).slice(0, 10).replaceAll("-", "/")
  // AWS: a log stream is named {day}/[$LATEST]{32 hex digits} (lambda-log-stream)
  const logStreamName = `${day}/[$LATEST]${randomUUID().replaceAll("-", "")}`
  const { handler, runtime, functionName, memoryMb, timeoutMs, logGroupName, logFormat } = definition
  const credentials = options.credentials(definition)
  const endpoints = options.endpoints()
  const environment = { definition, region, taskRoot, logStreamName, credentials, endpoints }
  const { variables, lateVariables } = functionEnvironment(environment)
  const family = runtimeFamily(definition.runtime)
  return {
    definition,
    settings: {
      handler,
      runtime,
      functionName,
      memoryMb,
      timeoutMs,
      logGroupName,
      logFormat,
      logStreamName,
      taskRoot,
      layerFolders,
      layerModules,
      sdkFolders: options.sdkFolders,
      network: options.network(),
      lateVariables,
      reportsMemory: !readsMemory,
    },
    variables,
    runsAhead: family === "node",
    channel: family === "custom" ? "runtime-api" : "frames",
    clock,
    log: options.log,
    output: options.onOutput,
  }
}

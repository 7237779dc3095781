// Collects the environment variables of a function: its own, Lambda's and endpoints of services, but none of this machine.
import type { SessionCredentials } from "../definition/credentials.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { runtimeFamily } from "../definition/runtime-family.ts"

export type FunctionEnvironment = {
  variables: Record<string, string>
  /** Variables that handlers of Python see, and that must not be set when the Python of this machine starts. */
  lateVariables: Record<string, string>
}

const LIBRARY_PATH = "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"

/**
 * AWS: reserved variables cannot be set by the function, the others can (lambda-environment)
 * @param endpoints `AWS_ENDPOINT_URL_*`; the function's own settings win over them.
 */
export function functionEnvironment(options: {
  definition: FunctionDefinition
  region: string
  taskRoot: string
  logStreamName: string
  credentials: SessionCredentials
  endpoints: Record<string, string>
}): FunctionEnvironment {
  const { definition, region, credentials } = options
  const isPython = runtimeFamily(definition.runtime) === "python"
  const variables = {
    LANG: "en_US.UTF-8",
    // AWS: the time zone is UTC, unless the function sets another (lambda-time-zone)
    TZ: ":UTC",
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/bin",
    // The Python of this machine is linked with other libraries, which this path would replace.
    ...(isPython ? {} : { LD_LIBRARY_PATH: LIBRARY_PATH }),
    ...languageVariables(definition),
    ...options.endpoints,
    ...definition.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // AWS: not set for custom runtimes (custom-environment)
    ...(runtimeFamily(definition.runtime) === "custom"
      ? {}
      : { AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}` }),
    AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logStreamName,
    AWS_LAMBDA_LOG_FORMAT: definition.logFormat,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    _HANDLER: definition.handler,
    // Differs: the folder on this machine, not /var/task (lambda-task-root)
    LAMBDA_TASK_ROOT: options.taskRoot,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
  }
  // The second one is set by Python itself when the machine has no locale of that name, and removed again.
  const { LD_LIBRARY_PATH = LIBRARY_PATH, LC_CTYPE } = definition.environment
  return {
    variables,
    lateVariables: isPython ? { LD_LIBRARY_PATH, ...(LC_CTYPE === undefined ? {} : { LC_CTYPE }) } : {},
  }
}

/** AWS: where the language looks for modules (lambda-environment, python-environment) */
function languageVariables({ runtime, logFormat, logLevel = "INFO" }: FunctionDefinition): Record<string, string> {
  if (runtimeFamily(runtime) === "node") {
    return { NODE_PATH: "/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task" }
  }
  const level = logFormat === "JSON" ? { AWS_LAMBDA_LOG_LEVEL: logLevel } : {}
  if (runtimeFamily(runtime) === "custom") return level
  // AWS: with the JSON format the level of the root logger is INFO, unless the function sets another (python-log-level)
  return { PYTHONPATH: "/var/runtime", ...level }
}

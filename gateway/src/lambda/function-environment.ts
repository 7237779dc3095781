// The environment variables of a function: its own, Lambda's, and the addresses of the stand-ins. None of the host's.
import type { SessionCredentials } from "../definition/credentials.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"

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
}): Record<string, string> {
  const { definition, region, credentials } = options
  return {
    LANG: "en_US.UTF-8",
    // AWS: the time zone is UTC, unless the function sets another (lambda-time-zone)
    TZ: ":UTC",
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/bin",
    LD_LIBRARY_PATH: "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    NODE_PATH: "/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task",
    ...options.endpoints,
    ...definition.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
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
}

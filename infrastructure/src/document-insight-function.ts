// Adds a Lambda function with its log group and its role: the same runtime, logging and least privilege for all of them.
import { Duration, Validations } from "aws-cdk-lib"
import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda"
import { LogGroup } from "aws-cdk-lib/aws-logs"
import type { BaseDocumentInsightStack } from "./base-stack.ts"
import { projectName } from "./stack-names.ts"

/** The namespace of the functions' own metrics. It names the environment, so that dev does not raise prod's alarms. */
export function metricsNamespace(envName: string): string {
  return `${projectName}/${envName}`
}

export type DocumentInsightFunctionProps = {
  /** The handler's folder in `functions/src`, and the last part of the function's name. */
  name: string
  description: string
  code: Code
  memoryMb: number
  timeoutSeconds: number
  /** Executions that only this function may use; 0 reserves none. */
  reservedConcurrency?: number
  environment: Record<string, string>
  /** The permissions of the function, besides writing its log and, with tracing, its traces. */
  permissions: PolicyStatement[]
}

/**
 * Adds a function (nodejs24.x, arm64), its log group with retention, and a role without AWS-managed policies: it may
 * write to that one log group, send traces when tracing is on, and what `permissions` allows.
 */
export function addFunction(
  stack: BaseDocumentInsightStack,
  id: string,
  props: DocumentInsightFunctionProps,
): LambdaFunction {
  const { name, description, code, memoryMb, timeoutSeconds, reservedConcurrency = 0, environment, permissions } = props
  const functionName = stack.resourceName(name)
  const logGroup = new LogGroup(stack, `${id}Logs`, {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: stack.logRetention,
    removalPolicy: stack.removalPolicy,
  })
  const role = new Role(stack, `${id}Role`, {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    description: `Execution role of ${functionName}`,
  })
  logGroup.grantWrite(role)
  for (const statement of permissions) role.addToPolicy(statement)
  if (stack.config.tracing) {
    Validations.of(role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "X-Ray's PutTraceSegments and PutTelemetryRecords have no resource type: AWS accepts only *.",
    })
  }
  return new LambdaFunction(stack, id, {
    functionName,
    description,
    code,
    handler: "index.handler",
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: memoryMb,
    timeout: Duration.seconds(timeoutSeconds),
    ...(reservedConcurrency > 0 && { reservedConcurrentExecutions: reservedConcurrency }),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    // AWS: with JSON logging, Lambda drops application logs below this level, INFO by default (system-log-level)
    applicationLogLevelV2: ApplicationLogLevel[stack.config.log_level],
    tracing: stack.config.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    environment: {
      ...environment,
      NODE_OPTIONS: "--enable-source-maps",
      LOG_LEVEL: stack.config.log_level,
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(stack.envName),
    },
  })
}

// Starts Lambda for tests: handlers are source text, and run in real execution environments.
import type { InvocationResult } from "../../definition/invocation.ts"
import type { FunctionDefinition } from "../../definition/lambda.ts"
import { systemClock } from "../../foundation/clock.ts"
import { silentLog } from "../../foundation/log.ts"
import type { OutputLine } from "../invocation-log.ts"
import { createLambda, type Lambda, type LambdaOptions } from "../lambda-service.ts"

export const region = "eu-west-1"
export const arnOf = (name: string) => `arn:aws:lambda:${region}:123456789012:function:${name}`

const running: Lambda[] = []

/** For `afterEach`. */
export async function closeLambdas(): Promise<void> {
  for (const lambda of running.splice(0)) await lambda.close()
}

export function defineFunction(source: string, overrides: Partial<FunctionDefinition> = {}): FunctionDefinition {
  const functionName = overrides.functionName ?? "f"
  return {
    logicalId: "Function",
    stackName: "Stack",
    functionName,
    arn: arnOf(functionName),
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: { form: "inline", source },
    layers: [],
    environment: {},
    timeoutMs: 5000,
    memoryMb: 128,
    roleArn: "arn:aws:iam::123456789012:role/r",
    logGroupName: `/aws/lambda/${functionName}`,
    logFormat: "Text",
    maximumRetryAttempts: 2,
    maximumEventAgeSeconds: 21_600,
    ...overrides,
  }
}

export type LambdaUnderTest = Lambda & {
  lines: OutputLine[]
  /** Invokes a function and parses its result. */
  call(event?: unknown, functionName?: string): Promise<unknown>
  /** Invokes a function that must fail, and returns its error. */
  fail(event?: unknown, functionName?: string): Promise<{ errorType: string; errorMessage: string; trace?: string[] }>
}

/** @param functions definitions, or the source of the one function `f` */
export function startLambda(
  functions: FunctionDefinition[] | string,
  options: Partial<LambdaOptions> = {},
): LambdaUnderTest {
  const lines: OutputLine[] = []
  let keys = 0
  const lambda = createLambda({
    region,
    accountId: "123456789012",
    clock: systemClock,
    log: silentLog,
    endpoints: () => ({}),
    credentials: () => ({ accessKeyId: `KEY${++keys}`, secretAccessKey: "secret", sessionToken: "token" }),
    network: () => ({}),
    onOutput: (line) => lines.push(line),
    ...options,
  })
  running.push(lambda)
  lambda.deploy(typeof functions === "string" ? [defineFunction(functions)] : functions)
  const invoke = (event: unknown, name: string) => lambda.invoke(arnOf(name), JSON.stringify(event))
  return {
    ...lambda,
    lines,
    async call(event = {}, functionName = "f") {
      return payloadOf(await invoke(event, functionName), "responded")
    },
    async fail(event = {}, functionName = "f") {
      return payloadOf(await invoke(event, functionName), "function-error") as never
    },
  }
}

/** Functions that several tests of a file call, because a cold start takes longer than a test. Parameters as of `startLambda`. */
export function shareLambda(
  functions: FunctionDefinition[] | string,
  options: Partial<LambdaOptions> = {},
): { lambda(): LambdaUnderTest; close(): Promise<void> } {
  let started: LambdaUnderTest | undefined
  return {
    lambda() {
      if (started) return started
      started = startLambda(functions, options)
      // It remains open after the test.
      running.pop()
      return started
    },
    close: async () => started?.close(),
  }
}

function payloadOf(result: InvocationResult, outcome: "responded" | "function-error"): unknown {
  if (result.outcome !== outcome) throw new Error(`expected ${outcome}, got ${JSON.stringify(result)}`)
  return JSON.parse(result.payload)
}

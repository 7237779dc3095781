// Creates the context object, the second argument of a handler.
import type { InvokeMessage, RuntimeSettings } from "./messages.ts"
import { monotonicTime } from "./monotonic-time.ts"

export type Context = {
  functionName: string
  functionVersion: string
  invokedFunctionArn: string
  /** AWS: a string with the number of megabytes (lambda-context) */
  memoryLimitInMB: string
  awsRequestId: string
  logGroupName: string
  logStreamName: string
  identity: undefined
  clientContext: undefined
  /** Only on runtimes that know callbacks. */
  callbackWaitsForEmptyEventLoop?: boolean
  getRemainingTimeInMillis(): number
}

/** @param startedAt `monotonicTime()` of the moment the invocation began. */
export function createContext(settings: RuntimeSettings, invocation: InvokeMessage, startedAt: number): Context {
  return {
    functionName: settings.functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: invocation.invokedFunctionArn,
    memoryLimitInMB: String(settings.memoryMb),
    awsRequestId: invocation.requestId,
    logGroupName: settings.logGroupName,
    logStreamName: settings.logStreamName,
    identity: undefined,
    clientContext: undefined,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(startedAt + settings.timeoutMs - monotonicTime())),
  }
}

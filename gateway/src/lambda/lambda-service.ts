// Finds functions by name or ARN, and invokes them synchronously or asynchronously.
import { randomUUID } from "node:crypto"
import { availableParallelism } from "node:os"
import type { FaultSubject, InvocationFaults } from "../definition/fault.ts"
import type { InvocationCaller, InvocationResult } from "../definition/invocation.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import type { Clock } from "../foundation/clock.ts"
import { compileCacheFolder } from "../foundation/compile-cache.ts"
import { exceedsUtf8Size } from "../foundation/utf8-size.ts"
import { AsyncInvocations, type DeliverRecord } from "./async-invocation.ts"
import { type EnvironmentSources, environmentOptions } from "./environment-options.ts"
import { ExecutionEnvironment } from "./execution-environment.ts"
import { fingerprintCode, type PreparedCode, prepareCode } from "./function-code.ts"
import { createHostRuntimes, type HostRuntimesOptions } from "./host-runtimes.ts"
import { injectFaults } from "./inject-faults.ts"
import { functionError, type Invocation } from "./invocation.ts"
import { closingError, LambdaFunction } from "./lambda-function.ts"
import { createSdkPackages, type SdkPackages } from "./sdk-packages.ts"

export type LambdaOptions = EnvironmentSources & {
  accountId: string
  /** Environments per function; 2 x cores unless set. */
  maxConcurrency?: number
  /** Replaced by tests. */
  findHostPython?: HostRuntimesOptions["findHostPython"]
  /** Sends to dead-letter targets and destinations; without it such events are only logged. */
  deliver?: DeliverRecord
  /** The AWS SDK for functions that do not bundle it. */
  sdk?: SdkPackages
  /** Called when an invocation has ended, or was throttled. */
  onResult?: ((functionName: string, outcome: InvocationResult["outcome"]) => void) | undefined
  faults?: InvocationFaults
  /** The clock that users move forward, for the retries of asynchronous invocations. Default: `clock`. */
  movableClock?: Clock
}

export type Lambda = {
  /**
   * Waits for the result (RequestResponse). Never rejects.
   * @param functionArn also a qualified ARN or a function's name
   * @param payload the event as JSON text
   * @param caller the event that needs it
   */
  invoke(functionArn: string, payload: string, caller?: InvocationCaller): Promise<InvocationResult>
  /**
   * Invokes asynchronously (Event): retries, then sends to the dead-letter queue, as the function defines.
   * @returns resolves when the event was processed or given up; never for an event that closing drops
   */
  invokeAsync(functionArn: string, payload: string): Promise<void>
  /**
   * Places the code of new definitions. `commit` starts to use them: invocations that run finish on the old code, and
   * functions that did not change stay warm.
   * @throws GatewayError, with nothing changed, when a function's code is missing.
   */
  prepare(functions: FunctionDefinition[]): PreparedFunctions
  /** `prepare` and `commit` in one step. */
  deploy(functions: FunctionDefinition[]): void
  /**
   * Runs a function's code from another folder from now on, also after a reload: for bundling during development. Call
   * it again with the same folder when its files have changed.
   */
  updateFunctionCode(functionName: string, folder: string): Promise<void>
  /** The gateway's clock was moved forward, so execution environments have been idle for longer. */
  timePassed(ms: number): void
  /** The next invocation of each function begins with a cold start. */
  expireEnvironments(): void
  /** The functions with invocations that run or wait. */
  busyFunctions(): string[]
  /** Kills all execution environments now. What runs, waits or is invoked later fails. */
  kill(): void
  /** Waits at most `drainMs` for invocations that run, then kills all execution environments. */
  close(options?: { drainMs?: number }): Promise<void>
}

/** AWS: a synchronous event has at most 6 MB, an asynchronous one 1 MB (lambda-event-size) */
const maxEventBytes = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 }

export type PreparedFunctions = {
  /** Installs the packages of the AWS SDK that the code imports and that this machine does not have. */
  installSdk(): Promise<void>
  commit(): void
  /** Removes the code that was placed and is not deployed: none after `commit`. */
  discard(): void
}

type Deployed = { lambdaFunction: LambdaFunction; code: PreparedCode }

/** Creates the service without functions: `prepare` deploys them. */
export function createLambda(options: LambdaOptions): Lambda {
  const { clock, sdk = createSdkPackages({ log: options.log }) } = options
  const { log, findHostPython } = options
  const runtimes = createHostRuntimes({ compileCache: compileCacheFolder("lambda"), log, findHostPython })
  const deployed = new Map<string, Deployed>()
  /** Folders by function name, from `updateFunctionCode`. */
  const replacedCode = new Map<string, string>()
  let definitions: FunctionDefinition[] = []
  const retiring = new Map<LambdaFunction, Promise<void>>()
  let isKilled = false
  const asynchronous = new AsyncInvocations({
    invoke: (functionArn, payload, functionRequestId) => invoke(functionArn, payload, { functionRequestId }),
    definitionOf: (functionArn) => find(functionArn)?.lambdaFunction.definition,
    deliver: options.deliver,
    clock: options.movableClock ?? clock,
    log: options.log,
  })

  function place(definition: FunctionDefinition): Deployed {
    const code = prepareCode(definition)
    const lambdaFunction = new LambdaFunction({
      definition,
      clock,
      maxEnvironments: Math.max(1, Math.min(maxConcurrency(options), definition.reservedConcurrency ?? Infinity)),
      start: (owner, initTimeoutMs) =>
        new ExecutionEnvironment(
          {
            ...environmentOptions({ ...options, sdkFolders: sdk.folders() }, definition, code),
            command: () => runtimes.commandOf(definition, code),
            initTimeoutMs,
          },
          owner,
        ),
    })
    return { lambdaFunction, code }
  }

  function prepare(functions: FunctionDefinition[]): PreparedFunctions {
    const next = new Map<string, Deployed>()
    function discard(): void {
      for (const [arn, one] of next) if (deployed.get(arn) !== one) one.code.remove()
    }
    try {
      for (const definition of functions.map(withReplacedCode)) {
        const before = deployed.get(definition.arn)
        const isSame = before?.code.fingerprint === fingerprintCode(definition)
        next.set(definition.arn, isSame ? before : place(definition))
      }
    } catch (error) {
      discard()
      throw error
    }
    function commit(): void {
      runtimes.report([...next.values()].map(({ lambdaFunction: { definition }, code }) => ({ definition, code })))
      definitions = functions
      const previous = new Map(deployed)
      deployed.clear()
      for (const [arn, one] of next) deployed.set(arn, one)
      for (const [arn, before] of previous) {
        const after = next.get(arn)
        if (after === before) continue
        // The first invocation after a change should not wait for a cold start.
        if (before.lambdaFunction.isWarm) after?.lambdaFunction.warmUp()
        retire(before)
      }
    }
    const installSdk = () =>
      sdk.provide([...next.values()].map(({ lambdaFunction: { definition }, code }) => ({ definition, code })))
    return { installSdk, commit, discard }
  }

  function deploy(functions: FunctionDefinition[]): void {
    prepare(functions).commit()
  }

  function withReplacedCode(definition: FunctionDefinition): FunctionDefinition {
    const path = replacedCode.get(definition.functionName)
    return path === undefined ? definition : { ...definition, code: { form: "folder", path } }
  }

  function retire({ lambdaFunction, code }: Deployed): void {
    const retired = lambdaFunction.retire().then(() => {
      code.remove()
      retiring.delete(lambdaFunction)
    })
    retiring.set(lambdaFunction, retired)
  }

  function find(functionArn: string): Deployed | undefined {
    const exact = deployed.get(functionArn)
    if (exact) return exact
    // arn:aws:lambda:region:account:function:name:qualifier; ours have no versions, so a qualifier changes nothing.
    const parts = functionArn.split(":")
    if (parts.length > 7) return deployed.get(parts.slice(0, 7).join(":"))
    for (const one of deployed.values()) if (one.lambdaFunction.definition.functionName === functionArn) return one
    return undefined
  }

  function invoke(functionArn: string, payload: string, caller?: InvocationCaller): Promise<InvocationResult> {
    const requestId = caller?.functionRequestId ?? randomUUID()
    const { faults } = options
    const found = faults?.isSet === true ? find(functionArn) : undefined
    if (!faults || !found) return run(functionArn, payload, { requestId, stream: caller?.stream })
    return injectFaults(
      {
        subject: subjectOf(found.lambdaFunction.definition, requestId, caller),
        requestId,
        timeoutMs: found.lambdaFunction.definition.timeoutMs,
        expireEnvironments: () => found.lambdaFunction.expireEnvironments(),
        run: () => run(functionArn, payload, { requestId, stream: caller?.stream }),
      },
      faults,
    )
  }

  function run(
    functionArn: string,
    payload: string,
    { requestId, stream }: Pick<Invocation, "requestId" | "stream">,
  ): Promise<InvocationResult> {
    if (isKilled) return Promise.resolve(functionError(requestId, closingError))
    const found = find(functionArn)
    if (!found) return Promise.resolve({ outcome: "not-found", requestId })
    if (exceedsUtf8Size(payload, maxEventBytes.RequestResponse)) {
      return Promise.resolve(functionError(requestId, tooLarge(payload, "RequestResponse")))
    }
    return new Promise((settle) => {
      const { functionName } = found.lambdaFunction.definition
      const finish = (result: InvocationResult) => {
        options.onResult?.(functionName, result.outcome)
        settle(result)
      }
      const requestedAt = clock.now()
      const invocation = { requestId, invokedFunctionArn: functionArn, payload, requestedAt, stream, settle: finish }
      if (!found.lambdaFunction.invoke(invocation)) finish({ outcome: "throttled", requestId })
    })
  }

  function all(): LambdaFunction[] {
    return [...new Set([...[...deployed.values()].map(({ lambdaFunction }) => lambdaFunction), ...retiring.keys()])]
  }

  return {
    invoke,
    async invokeAsync(functionArn, payload) {
      if (exceedsUtf8Size(payload, maxEventBytes.Event)) {
        const { errorMessage } = tooLarge(payload, "Event")
        options.log.error("Asynchronous event rejected", { functionArn, errorMessage })
      } else await asynchronous.add(functionArn, payload)
    },
    prepare,
    deploy,
    async updateFunctionCode(functionName, folder) {
      replacedCode.set(functionName, folder)
      const prepared = prepare(definitions)
      await prepared.installSdk()
      prepared.commit()
    },
    timePassed(ms) {
      for (const lambdaFunction of all()) lambdaFunction.timePassed(ms)
    },
    expireEnvironments() {
      for (const lambdaFunction of all()) lambdaFunction.expireEnvironments()
    },
    busyFunctions() {
      const busy = all().filter(({ isBusy }) => isBusy)
      return [...new Set(busy.map(({ definition }) => definition.functionName))].toSorted()
    },
    kill() {
      isKilled = true
      asynchronous.close()
      for (const lambdaFunction of all()) void lambdaFunction.terminate()
    },
    async close({ drainMs = 0 } = {}) {
      asynchronous.close()
      const closing = [...deployed.values()]
      for (const one of closing) retire(one)
      deployed.clear()
      await drained(clock, drainMs, [...retiring.values()])
      await Promise.all([...retiring.keys()].map((lambdaFunction) => lambdaFunction.terminate()))
      for (const { code } of closing) code.remove()
    },
  }
}

function subjectOf(
  { functionName, logicalId }: FunctionDefinition,
  functionRequestId: string,
  caller: InvocationCaller | undefined,
): FaultSubject {
  const { routeKey, context } = caller ?? {}
  const connectionId = context?.connectionId === undefined ? undefined : String(context.connectionId)
  const requestId = context?.requestId === undefined ? undefined : String(context.requestId)
  return { connectionId, routeKey, requestId, functionRequestId, functionNames: [functionName, logicalId] }
}

function maxConcurrency({ maxConcurrency = 2 * availableParallelism() }: LambdaOptions): number {
  return maxConcurrency
}

async function drained(clock: Clock, drainMs: number, retiring: Promise<void>[]): Promise<void> {
  if (drainMs <= 0) return
  await new Promise<void>((resolve) => {
    const timer = Number.isFinite(drainMs) ? clock.after(drainMs, resolve) : undefined
    void Promise.all(retiring).then(() => {
      timer?.cancel()
      resolve()
    })
  })
}

// AWS: a larger event is rejected with this error (lambda-event-size)
function tooLarge(payload: string, type: keyof typeof maxEventBytes) {
  const errorMessage = `${Buffer.byteLength(payload)} byte payload is too large for the ${type} invocation type (limit ${maxEventBytes[type]} bytes)`
  return { errorType: "RequestEntityTooLargeException", errorMessage }
}

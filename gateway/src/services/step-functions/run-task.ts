// Runs a Task state: sends the request to the service with the role of the state machine, and waits for a token or an
// execution where the resource asks for it.
import type { OutgoingResult } from "../../definition/outgoing-request.ts"
import type { StateMachineDefinition } from "../../definition/state-machine.ts"
import type { Clock } from "../../foundation/clock.ts"
import type { MachineEvent, TaskRequest } from "./machine-ports.ts"
import { StatesError } from "./states-error.ts"
import { functionError, readResource, requestOf, resultOf, type TaskHttpRequest } from "./task-resources.ts"
import type { TaskTokens } from "./task-tokens.ts"

export type TaskPorts = {
  clock: Clock
  tokens: TaskTokens
  /** Sends a request that is signed with the credentials of a role. Never rejects. */
  callService(request: TaskHttpRequest, caller: { roleArn: string; region: string }): Promise<OutgoingResult>
  /** Resolves when an execution has ended. */
  executionResult(executionArn: string): Promise<{ status: string; output: unknown; description: unknown }>
}

export type RunningExecution = { arn: string; machine: StateMachineDefinition }

/** @throws StatesError */
export async function runTask(
  task: TaskRequest,
  execution: RunningExecution,
  { ports, record }: { ports: TaskPorts; record(event: MachineEvent): void },
): Promise<unknown> {
  record({ type: "TaskScheduled", input: { resource: task.resource, parameters: task.parameters } })
  try {
    const output = await withTimeout(perform(task, execution, ports), task.timeoutMs, ports.clock)
    record({ type: "TaskSucceeded", output })
    return output
  } catch (error) {
    if (error instanceof StatesError) {
      const type = error.error === "States.Timeout" ? "TaskTimedOut" : "TaskFailed"
      record({ type, error: error.error, cause: error.cause })
    }
    throw error
  }
}

async function perform(task: TaskRequest, { arn, machine }: RunningExecution, ports: TaskPorts): Promise<unknown> {
  const resource = readResource(task.resource)
  if (!resource) throw new StatesError("States.Runtime", `The resource ${task.resource} is not served locally`)
  // Registered first: the callback can arrive before the service has responded.
  const callback =
    task.taskToken === undefined
      ? undefined
      : ports.tokens.expect(task.taskToken, { machineArn: machine.arn, heartbeatMs: task.heartbeatMs })
  // A callback that fails while the request runs is reported below.
  callback?.catch(() => {})
  const isFunction = resource.kind === "function"
  const service = isFunction
    ? ({
        kind: "service",
        service: "lambda",
        action: "invoke",
        isSdk: false,
        pattern: "request",
        isParsed: false,
      } as const)
    : resource
  const parameters = isFunction ? { FunctionName: resource.functionArn, Payload: task.parameters } : task.parameters
  const [, , , region = ""] = machine.arn.split(":")
  const request = requestOf(service, parameters, [arn, machine.arn])
  const result = await ports.callService(request, { roleArn: machine.roleArn, region })
  if (result.outcome !== "responded") {
    const message = result.outcome === "timed-out" ? "The request timed out" : result.message
    throw new StatesError(result.outcome === "timed-out" ? "States.Timeout" : "States.TaskFailed", message)
  }
  const body = result.body.toString("utf8")
  if (isFunction && result.headers["x-amz-function-error"] !== undefined) throw functionError(body)
  const output = resultOf(service, { status: result.status, headers: result.headers, body })
  // AWS: a function named as the resource returns its result, without what surrounds it (sfn-resources)
  if (isFunction) return (output as { Payload?: unknown }).Payload
  if (callback) return callback
  return service.pattern === "sync" ? waitForExecution(output, service.isParsed, ports) : output
}

/** AWS: `.sync` waits for the execution, and `.sync:2` has its output as JSON (sfn-nested) */
async function waitForExecution(started: unknown, isParsed: boolean, ports: TaskPorts): Promise<unknown> {
  const { ExecutionArn } = started as { ExecutionArn?: unknown }
  const { status, output, description } = await ports.executionResult(String(ExecutionArn))
  if (status !== "SUCCEEDED") throw new StatesError("States.TaskFailed", JSON.stringify(description))
  return { ...(description as object), Output: isParsed ? output : JSON.stringify(output) }
}

function withTimeout<Value>(promise: Promise<Value>, ms: number | undefined, clock: Clock): Promise<Value> {
  if (ms === undefined) return promise
  return new Promise((resolve, reject) => {
    // AWS: a task that takes too long is this error (sfn-timeout)
    const timer = clock.after(ms, () => reject(new StatesError("States.Timeout", `The task took longer than ${ms} ms`)))
    promise.then(resolve, reject).finally(() => timer.cancel())
  })
}

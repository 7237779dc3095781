// Starts and keeps the executions of state machines.
import { randomUUID } from "node:crypto"
import type { StateMachineDefinition } from "../../definition/state-machine.ts"
import { BoundedMap } from "../../foundation/bounded-map.ts"
import { isoTime } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { stackOf } from "../../foundation/stack-of.ts"
import { createEndSignal, type EndSignal } from "./end-signal.ts"
import type { EvaluateJsonata } from "./evaluate.ts"
import type { MachineEvent, MachinePorts } from "./machine-ports.ts"
import { runMachine } from "./run-machine.ts"
import { runTask, type TaskPorts } from "./run-task.ts"
import { ExecutionEnded, StatesError } from "./states-error.ts"
import type { Machine } from "./states-language.ts"

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED"

export type Execution = {
  arn: string
  name: string
  machine: StateMachineDefinition
  status: ExecutionStatus
  /** Milliseconds since the epoch. */
  startedAt: number
  stoppedAt?: number
  /** JSON text. */
  input: string
  output?: string
  error?: string | undefined
  cause?: string | undefined
  /** Of standard executions. */
  events: StoredEvent[]
  done: Promise<void>
}

export type StoredEvent = MachineEvent & { id: number; timestamp: number }

export type ExecutionsOptions = Omit<TaskPorts, "executionResult"> & {
  log: Log
  jsonata(): EvaluateJsonata | undefined
  /** Called when an execution starts, fails a state, and ends. */
  onEvent(execution: Execution, event: MachineEvent): void
  /** Of inputs and outputs in all histories. */
  maxHistoryCharacters?: number
}

export type Executions = {
  start(machine: StateMachineDefinition, name: string, input: string): Execution
  find(arn: string): Execution | undefined
  ofMachine(machineArn: string): Execution[]
  stop(execution: Execution, error: string | undefined, cause: string | undefined): void
  /** Ends all that run. */
  close(): Promise<void>
}

const MAX_EXECUTIONS = 1_000
/** AWS: a standard execution has at most 25,000 events (sfn-history-limit) */
const MAX_EVENTS = 25_000
/** Differs: an express execution has a limit as well, because a loop would run for five minutes (sfn-express-limit) */
const MAX_EXPRESS_EVENTS = 100_000
/** Of inputs and outputs in the history of one execution; what is over it is left out. */
const MAX_HISTORY_CHARACTERS = 4 * 1024 * 1024
/** The same of all executions: those of the oldest are left out first. */
const MAX_ALL_CHARACTERS = 64 * 1024 * 1024
/** AWS: an express execution takes at most five minutes (sfn-express-duration) */
const EXPRESS_MS = 5 * 60_000

export function createExecutions(options: ExecutionsOptions): Executions {
  const { clock, log, maxHistoryCharacters = MAX_ALL_CHARACTERS } = options
  /** The characters of each history, the oldest first. */
  const histories = new Map<Execution, number>()
  let allCharacters = 0
  const executions = new BoundedMap<Execution>(MAX_EXECUTIONS)
  const byMachine = new Map<string, Set<Execution>>()
  const running = new Map<Execution, EndSignal>()

  const taskPorts: TaskPorts = {
    ...options,
    async executionResult(arn) {
      const execution = executions.get(arn)
      if (!execution) throw new StatesError("States.TaskFailed", `${arn} does not exist`)
      await execution.done
      const { status, output } = execution
      return { status, output: output === undefined ? undefined : JSON.parse(output), description: describe(execution) }
    },
  }

  function start(machine: StateMachineDefinition, name: string, input: string): Execution {
    const isExpress = machine.type === "EXPRESS"
    const prefix = machine.arn.replace(":stateMachine:", isExpress ? ":express:" : ":execution:")
    const arn = `${prefix}:${name}${isExpress ? `:${randomUUID()}` : ""}`
    const signal = createEndSignal(clock)
    const execution: Execution = {
      arn,
      name,
      machine,
      status: "RUNNING",
      startedAt: clock.now(),
      input,
      events: [],
      done: Promise.resolve(),
    }
    executions.set(arn, execution)
    const siblings = byMachine.get(machine.arn) ?? new Set()
    byMachine.set(machine.arn, siblings.add(execution))
    if (siblings.size > MAX_EXECUTIONS) for (const oldest of [...siblings].slice(0, 1)) siblings.delete(oldest)
    running.set(execution, signal)
    execution.done = run(execution, signal).finally(() => running.delete(execution))
    return execution
  }

  async function run(execution: Execution, signal: EndSignal): Promise<void> {
    const { machine } = execution
    const definition = machine.machine as Machine & { TimeoutSeconds?: number }
    const limits = [definition.TimeoutSeconds && definition.TimeoutSeconds * 1000]
    if (machine.type === "EXPRESS") limits.push(EXPRESS_MS)
    const timeoutMs = Math.min(...limits.filter((one) => typeof one === "number"), Number.POSITIVE_INFINITY)
    const timer = Number.isFinite(timeoutMs)
      ? clock.after(timeoutMs, () => signal.end(new ExecutionEnded("TIMED_OUT", "States.Timeout")))
      : undefined
    const record = recorderOf(execution)
    record({ type: "ExecutionStarted", input: JSON.parse(execution.input) })
    options.onEvent(execution, { type: "ExecutionStarted" })
    try {
      const scope = { language: languageOf(definition), context: contextOf(execution), variables: new Map() }
      const ports = portsOf(execution, signal, record)
      const output = await signal.orEnd(runMachine(definition, JSON.parse(execution.input), scope, ports))
      execution.output = JSON.stringify(output)
      finish(execution, "SUCCEEDED", { type: "ExecutionSucceeded", output })
    } catch (error) {
      // What still runs in other branches ends as well.
      signal.end(new ExecutionEnded("FAILED"))
      fail(execution, error)
    } finally {
      timer?.cancel()
    }
  }

  function portsOf(execution: Execution, signal: EndSignal, add: (event: MachineEvent) => void): MachinePorts {
    // A task that has not ended with its execution or branch is no longer part of the history.
    const record = (event: MachineEvent) => {
      signal.throwIfEnded()
      add(event)
    }
    return {
      now: clock.now,
      isoNow: () => isoTime(clock.now()),
      wait: signal.wait,
      throwIfEnded: signal.throwIfEnded,
      record,
      jsonata: options.jsonata(),
      createTaskToken: options.tokens.create,
      async runTask(task) {
        try {
          return await signal.orEnd(runTask(task, execution, { ports: taskPorts, record }))
        } finally {
          if (task.taskToken !== undefined) options.tokens.forget(task.taskToken)
        }
      },
      branches() {
        const own = signal.child()
        return { ports: portsOf(execution, own, add), end: () => own.end(new ExecutionEnded("FAILED")) }
      },
    }
  }

  function recorderOf(execution: Execution): (event: MachineEvent) => void {
    const isExpress = execution.machine.type === "EXPRESS"
    let count = 0
    let characters = 0
    return (event) => {
      const limit = isExpress ? MAX_EXPRESS_EVENTS : MAX_EVENTS
      if (++count >= limit) {
        const cause = `The execution reached the maximum number of history events (${limit}).`
        throw new ExecutionEnded("FAILED", "States.Runtime", cause)
      }
      if (event.error !== undefined) options.onEvent(execution, event)
      if (isExpress) return
      const own = JSON.stringify([event.input, event.output]).length
      characters += own
      const isKept = characters <= MAX_HISTORY_CHARACTERS
      execution.events.push({ ...(isKept ? event : withoutData(event)), id: count, timestamp: clock.now() })
      if (isKept) countCharacters(execution, own)
    }
  }

  function countCharacters(execution: Execution, characters: number): void {
    allCharacters += characters
    histories.set(execution, (histories.get(execution) ?? 0) + characters)
    for (const [oldest, counted] of histories) {
      const isFull = allCharacters > maxHistoryCharacters || histories.size > MAX_EXECUTIONS
      if (!isFull || oldest === execution) return
      oldest.events = oldest.events.map(withoutData)
      histories.delete(oldest)
      allCharacters -= counted
    }
  }

  function fail(execution: Execution, error: unknown): void {
    if (error instanceof ExecutionEnded) {
      const type = { ABORTED: "ExecutionAborted", TIMED_OUT: "ExecutionTimedOut", FAILED: "ExecutionFailed" }[
        error.status
      ]
      finish(execution, error.status, { type, error: error.error ?? "", cause: error.cause ?? "" })
      return
    }
    if (error instanceof StatesError) {
      finish(execution, "FAILED", { type: "ExecutionFailed", error: error.error, cause: error.cause })
      return
    }
    log.error("Execution failed", { message: stackOf(error), execution: execution.arn })
    finish(execution, "FAILED", { type: "ExecutionFailed", error: "States.Runtime", cause: "A defect of the gateway" })
  }

  function finish(execution: Execution, status: ExecutionStatus, event: MachineEvent): void {
    execution.status = status
    execution.stoppedAt = clock.now()
    if (event.error !== undefined) {
      execution.error = event.error
      execution.cause = event.cause
    }
    execution.events.push({ ...event, id: execution.events.length + 1, timestamp: execution.stoppedAt })
    options.onEvent(execution, event)
  }

  return {
    start,
    find: (arn) => executions.get(arn),
    ofMachine: (arn) => [...(byMachine.get(arn) ?? [])].reverse(),
    stop: (execution, error, cause) => running.get(execution)?.end(new ExecutionEnded("ABORTED", error, cause)),
    async close() {
      const all = [...running]
      for (const [, signal] of all) signal.end(new ExecutionEnded("ABORTED"))
      await Promise.all(all.map(([execution]) => execution.done))
    },
  }
}

function withoutData<Event extends MachineEvent>({ input: _, output: __, ...bare }: Event) {
  return bare
}

function languageOf({ QueryLanguage }: Machine): "JSONata" | "JSONPath" {
  return QueryLanguage === "JSONata" ? "JSONata" : "JSONPath"
}

/** AWS: the context object has the execution and the state machine (sfn-context) */
function contextOf({ arn, name, machine, startedAt, input }: Execution): Record<string, unknown> {
  return recordFrom<unknown>([
    [
      "Execution",
      {
        Id: arn,
        Input: JSON.parse(input),
        Name: name,
        RoleArn: machine.roleArn,
        StartTime: isoTime(startedAt),
        RedriveCount: 0,
      },
    ],
    ["StateMachine", { Id: machine.arn, Name: machine.name }],
  ])
}

function describe({ arn, name, machine, status, startedAt, stoppedAt, input, error, cause }: Execution): object {
  return {
    ExecutionArn: arn,
    StateMachineArn: machine.arn,
    Name: name,
    Status: status,
    StartDate: startedAt / 1000,
    ...(stoppedAt !== undefined && { StopDate: stoppedAt / 1000 }),
    Input: input,
    ...(error !== undefined && { Error: error, Cause: cause }),
  }
}

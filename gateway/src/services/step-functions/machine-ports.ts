// What the interpreter of state machines needs of its surroundings.
import type { EvaluateJsonata, QueryLanguage } from "./evaluate.ts"

/** One event of the history of an execution. */
export type MachineEvent = {
  /** `PassStateEntered`, `TaskSucceeded` */
  type: string
  state?: string
  input?: unknown
  output?: unknown
  error?: string
  cause?: string
}

export type TaskRequest = {
  /** `arn:aws:states:::sqs:sendMessage.waitForTaskToken`, or the ARN of a function. */
  resource: string
  parameters: unknown
  /** What `SendTaskSuccess` names, for a task that waits for it. */
  taskToken: string | undefined
  timeoutMs: number | undefined
  heartbeatMs: number | undefined
}

export type MachinePorts = {
  isoNow(): string
  /** Milliseconds since the epoch. */
  now(): number
  /** @throws ExecutionEnded */
  wait(ms: number): Promise<void>
  /** @throws StatesError for a task that fails, ExecutionEnded */
  runTask(task: TaskRequest): Promise<unknown>
  createTaskToken(): string
  /** Adds an event to the history. @throws ExecutionEnded when the history is full */
  record(event: MachineEvent): void
  /** @throws ExecutionEnded */
  throwIfEnded(): void
  jsonata: EvaluateJsonata | undefined
  /** For branches or iterations that end together. */
  branches(): Branches
}

export type Branches = {
  ports: MachinePorts
  /** Ends those that still run. */
  end(): void
}

/** What the states of a machine share: a branch and an iteration have their own. */
export type Scope = {
  language: QueryLanguage
  context: Record<string, unknown>
  /** Of this machine and of those around it. */
  variables: Map<string, unknown>
}

/** Lets the event loop process what waits. */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

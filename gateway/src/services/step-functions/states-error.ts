// An error of an execution, by the name that `Retry` and `Catch` match.

export class StatesError extends Error {
  /** `States.TaskFailed`, or the name that a function or a state gave it. */
  readonly error: string
  override readonly cause: string

  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`)
    this.name = "StatesError"
    this.error = error
    this.cause = cause
  }
}

/** The execution was stopped, or its time is over. */
export class ExecutionEnded extends Error {
  readonly status: "ABORTED" | "TIMED_OUT" | "FAILED"
  readonly error: string | undefined
  override readonly cause: string | undefined

  constructor(status: "ABORTED" | "TIMED_OUT" | "FAILED", error?: string, cause?: string) {
    super(status)
    this.name = "ExecutionEnded"
    this.status = status
    this.error = error
    this.cause = cause
  }
}

// AWS: States.ALL matches every error but these two, which nothing catches (sfn-uncaught)
const uncaught = new Set(["States.DataLimitExceeded", "States.Runtime"])

/** AWS: States.TaskFailed matches every error of a task but States.Timeout (sfn-task-failed) */
export function matchesError(names: readonly string[], error: string): boolean {
  if (names.includes(error)) return true
  if (names.includes("States.ALL")) return !uncaught.has(error)
  return names.includes("States.TaskFailed") && error !== "States.Timeout" && !uncaught.has(error)
}

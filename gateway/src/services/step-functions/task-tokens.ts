// The tasks that wait for a callback with their token.
import { randomBytes } from "node:crypto"
import type { Clock, Timer } from "../../foundation/clock.ts"
import { StatesError } from "./states-error.ts"

export type TaskTokens = {
  create(): string
  /** @returns the output that the callback has @throws StatesError of the callback, or without a heartbeat */
  expect(token: string, task: { machineArn: string; heartbeatMs: number | undefined }): Promise<unknown>
  forget(token: string): void
  /** The state machine of the task that waits for a token; undefined when none does. */
  machineOf(token: string): string | undefined
  succeed(token: string, output: unknown): void
  fail(token: string, error: string, cause: string): void
  heartbeat(token: string): void
}

type Waiting = {
  machineArn: string
  resolve(output: unknown): void
  reject(error: StatesError): void
  restart(): void
  timer: Timer | undefined
}

export function createTaskTokens(clock: Clock): TaskTokens {
  const waiting = new Map<string, Waiting>()

  function take(token: string): Waiting | undefined {
    const task = waiting.get(token)
    task?.timer?.cancel()
    waiting.delete(token)
    return task
  }

  return {
    create: () => randomBytes(96).toString("base64"),
    expect: (token, { machineArn, heartbeatMs }) =>
      new Promise((resolve, reject) => {
        const task: Waiting = { machineArn, resolve, reject, restart, timer: undefined }
        waiting.set(token, task)
        restart()
        function restart(): void {
          task.timer?.cancel()
          if (heartbeatMs === undefined) return
          task.timer = clock.after(heartbeatMs, () => {
            const cause = `No heartbeat for ${heartbeatMs} ms`
            // AWS: a task without a heartbeat is this error (sfn-heartbeat)
            take(token)?.reject(new StatesError("States.HeartbeatTimeout", cause))
          })
        }
      }),
    forget: (token) => void take(token),
    machineOf: (token) => waiting.get(token)?.machineArn,
    succeed: (token, output) => take(token)?.resolve(output),
    fail: (token, error, cause) => take(token)?.reject(new StatesError(error, cause)),
    heartbeat: (token) => waiting.get(token)?.restart(),
  }
}

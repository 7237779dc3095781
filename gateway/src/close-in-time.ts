// Closes a gateway in bounded time: kills the functions that still run after the drain time, and reports them.
import type { Clock } from "./foundation/clock.ts"
import type { OnGatewayEvent } from "./observe/gateway-event.ts"

export type CloseOptions = {
  clock: Clock
  drainMs: number
  /** Closes everything. Waits for running functions without a limit. */
  dispose(): Promise<void>
  lambda: {
    busyFunctions(): string[]
    /** Ends every function, so that nothing waits for one any more. */
    kill(): void
  }
  report: OnGatewayEvent
}

const REPORT_AFTER_MS = 2000
/** How long everything else has to close after the functions were killed. */
const GRACE_MS = 5000

/** @returns a function that closes once: later calls wait for the same close. It rejects when `dispose` rejects. */
export function createClose(options: CloseOptions): () => Promise<void> {
  let closed: Promise<void> | undefined
  return () => {
    closed ??= closeInTime(options)
    return closed
  }
}

async function closeInTime({ clock, drainMs, dispose, lambda, report }: CloseOptions): Promise<void> {
  let killedFunctions: string[] = []
  const expired = Promise.withResolvers<boolean>()
  const waiting = clock.after(REPORT_AFTER_MS, () => reportWaiting(lambda.busyFunctions(), drainMs, report))
  let timer = clock.after(drainMs, () => {
    killedFunctions = lambda.busyFunctions()
    lambda.kill()
    timer = clock.after(GRACE_MS, () => expired.resolve(false))
  })
  try {
    const isComplete = await Promise.race([dispose().then(() => true), expired.promise])
    if (killedFunctions.length > 0) reportKilled(killedFunctions, drainMs, report)
    if (!isComplete) reportIncomplete(report)
  } finally {
    waiting.cancel()
    timer.cancel()
  }
}

function reportWaiting(functionNames: string[], drainMs: number, report: OnGatewayEvent): void {
  if (functionNames.length === 0) return
  report({
    event: "problem",
    code: "WARNING",
    message: `Closing waits for running functions: ${functionNames.join(", ")}`,
    hint: `They are killed ${inSeconds(drainMs)} after the request to close. Press Ctrl-C again to end at once.`,
  })
}

function reportKilled(functionNames: string[], drainMs: number, report: OnGatewayEvent): void {
  report({
    event: "problem",
    code: "CLOSE_FORCED",
    message: `Functions did not end within ${inSeconds(drainMs)} and were killed: ${functionNames.join(", ")}.`,
    hint: "Give the function a timeout, and do not block it with synchronous calls.",
  })
}

function reportIncomplete(report: OnGatewayEvent): void {
  report({
    event: "problem",
    code: "CLOSE_INCOMPLETE",
    message: `The gateway was still open ${inSeconds(GRACE_MS)} after its functions were killed, and is abandoned.`,
    hint: "This is a defect of the gateway. Report it with what the functions did.",
  })
}

function inSeconds(ms: number): string {
  return `${ms / 1000} seconds`
}

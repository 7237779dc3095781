// Calls a handler as the runtimes before nodejs24.x do: it returns a promise, calls back, or does neither.
import type { Context } from "./context.ts"
import type { Handler } from "./load-handler.ts"
import { runtimeError } from "./serialize-error.ts"

// Not imported: that would open the standard streams, which makes their descriptors non-blocking. A handler may delete
// the global.
const { process: ownProcess } = globalThis

/** Whether the channel to the gateway keeps the process running. */
type KeepAlive = { ref(): void; unref(): void }

/**
 * AWS: a callback responds on these runtimes (lambda-callback)
 * @returns what the first call of `callback`, `context.done`, `succeed` or `fail` reports, or the promise does
 */
export function callWithCallback(
  handler: Handler,
  { event, context, channel }: { event: unknown; context: Context; channel: KeepAlive },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (report: () => void) => {
      ownProcess.off("beforeExit", onIdle)
      channel.ref()
      report()
    }
    const done = (error: unknown, result?: unknown) =>
      settle(() => (error === undefined || error === null ? resolve(result) : reject(error)))
    // AWS: when the event loop is empty, a handler that did not call back responds with null, and an `async` one fails
    // (lambda-callback-missing, lambda-never-settled)
    let whenIdle = () => (isAsync(handler) ? done(neverSettled()) : done(null, null))
    const onIdle = () => whenIdle()

    // AWS: only the first call counts, also when the promise of an `async` handler resolves later (lambda-callback-first)
    let isCalled = false
    const firstCall =
      <T extends unknown[]>(report: (...args: T) => void) =>
      (...args: T) => {
        if (isCalled) return
        isCalled = true
        report(...args)
      }
    const callback = firstCall((error?: unknown, result?: unknown) => {
      // AWS: a result waits for an empty event loop, unless the handler disables that; an error does not
      // (lambda-callback-waits)
      const waits = context.callbackWaitsForEmptyEventLoop !== false && (error === undefined || error === null)
      if (!waits) return done(error, result)
      whenIdle = () => done(null, result)
    })
    context.callbackWaitsForEmptyEventLoop = true
    const succeed = firstCall((result: unknown) => done(null, result))
    const fail = firstCall((error: unknown) => done(error ?? "handled"))
    Object.assign(context, { done: firstCall(done), succeed, fail })

    // The channel alone would keep the event loop running.
    channel.unref()
    ownProcess.once("beforeExit", onIdle)
    try {
      const returned = handler(event, context, callback)
      if (isPromise(returned)) returned.then(succeed, fail)
    } catch (error) {
      callback(error)
    }
  })
}

/** Only a function that is declared `async`, not every one that returns a promise: as the runtime of Lambda does. */
function isAsync(handler: Handler): boolean {
  return handler.constructor?.name === "AsyncFunction"
}

function neverSettled(): Error {
  return runtimeError(
    "Runtime.NodeJsExit",
    "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes",
  )
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as Promise<unknown>).then === "function"
}

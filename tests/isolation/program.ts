// A handler that tries to do harm, and how its invocation ends.

export type Expected =
  /** The result as JSON, or any. */
  | { responded: unknown }
  | { responded: "anything" }
  /** `message`: a part of it, without the request id. */
  | { errorType: string; message?: string }

export type Program = {
  name: string
  /** The body of `async (event, context) => { ... }`, in which `use("fs")` is a module of Node.js. */
  code: string
  /** In front of the handler. */
  top?: string
  /** The first is Lambda's; further ones are possible where the order of two events is not determined. */
  ends: Expected[]
  timeoutMs?: number
  memoryMb?: number
  runtime?: string
  environment?: Record<string, string>
}

/** How an invocation ended, as the gateway records it. */
export type InvocationOutcome =
  | { outcome: "responded"; payload: string }
  | { outcome: "function-error"; errorType: string; errorMessage: string }
  /** It was not run, or the integration timed out. */
  | { outcome: "failed"; log: string }

/** The route of a program, by its position in the list of a gateway. */
export function routeOf(index: number): string {
  return `program${index}`
}

export function sourceOf({ code, top = "" }: Program): string {
  return `const use = (name) => process.getBuiltinModule(name)
${top}
export const handler = async (event, context) => {
  ${code}
}`
}

export const responded = (value: unknown = null): Expected[] => [{ responded: value }]
export const anything: Expected[] = [{ responded: "anything" }]
export const fails = (errorType: string, message?: string): Expected[] => [
  message === undefined ? { errorType } : { errorType, message },
]
export const exits = (status: number): Expected[] =>
  fails("Runtime.ExitError", `Runtime exited with error: exit status ${status}`)
export const signaled = (text: string): Expected[] =>
  fails("Runtime.ExitError", `Runtime exited with error: signal: ${text}`)
export const timesOut: Expected[] = fails("Sandbox.Timedout", "Task timed out after")
export const outOfMemory: Expected[] = fails("Runtime.OutOfMemory", "signal: killed")
/** The gateway ends an environment whose process breaks the protocol. */
export const killed: Expected[] = signaled("killed")

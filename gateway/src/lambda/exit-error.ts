// The errors that Lambda reports for an execution environment whose process has ended.
import { constants } from "node:os"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { InvalidEntrypoint } from "./bootstrap-program.ts"
import type { ProcessExit } from "./environment-process.ts"
import type { SerializedError } from "./runtime/messages.ts"

// AWS: a function over its memory is killed with these texts (lambda-out-of-memory)
export const outOfMemory: SerializedError = {
  errorType: "Runtime.OutOfMemory",
  errorMessage: "Error: Runtime exited with error: signal: killed",
}

export const killed: SerializedError = {
  errorType: "Runtime.ExitError",
  errorMessage: "Error: Runtime exited with error: signal: killed",
}

/**
 * AWS: process.exit fails the invocation with the exit status, a signal with its name (lambda-exit, lambda-signal)
 * @param isHeapExhausted whether V8 said so before it aborted
 */
export function exitError({ code, signal, startError }: ProcessExit, isHeapExhausted: boolean): SerializedError {
  if (startError instanceof InvalidEntrypoint) {
    return { errorType: "Runtime.InvalidEntrypoint", errorMessage: `Error: ${startError.message}` }
  }
  if (startError) {
    const errorMessage = `The process of the execution environment could not be started: ${startError.message}`
    return { errorType: "EnvironmentStartError", errorMessage }
  }
  // The heap is a little smaller than the memory of the function, so V8 often is the first to notice.
  if (isHeapExhausted && (signal === "SIGABRT" || code === 134)) return outOfMemory
  return { errorType: "Runtime.ExitError", errorMessage: `Error: Runtime ${exitReason(code, signal)}` }
}

const endedSilently = ["Runtime.ExitError", "Runtime.OutOfMemory", "Sandbox.Timedout"]

/**
 * Why a function could not be loaded, for its log.
 * @returns undefined for what the runtime has logged, and for an environment that the gateway ends
 */
export function loadFailure(
  error: SerializedError,
  usedBytes: number,
  { memoryMb }: Pick<FunctionDefinition, "memoryMb">,
): string | undefined {
  if (error === killed || !endedSilently.includes(error.errorType)) return undefined
  const usedMb = Math.round(usedBytes / 2 ** 20)
  const used = usedMb > memoryMb ? ` Its process used ${usedMb} MB, and its MemorySize is ${memoryMb}.` : ""
  return `The function could not be loaded. ${error.errorMessage}.${used}`
}

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `exited with error: signal: ${signalText(signal)}`
  return code === 0 ? "exited without providing a reason" : `exited with error: exit status ${code}`
}

// The words of Go's os package, which Lambda uses.
const signalTexts: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGQUIT: "quit",
  SIGILL: "illegal instruction",
  SIGTRAP: "trace/breakpoint trap",
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGKILL: "killed",
  SIGUSR1: "user defined signal 1",
  SIGSEGV: "segmentation fault",
  SIGUSR2: "user defined signal 2",
  SIGPIPE: "broken pipe",
  SIGALRM: "alarm clock",
  SIGTERM: "terminated",
}

function signalText(signal: NodeJS.Signals): string {
  return signalTexts[signal] ?? `signal ${constants.signals[signal]}`
}

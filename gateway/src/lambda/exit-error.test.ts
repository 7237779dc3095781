// The error of an invocation whose execution environment has ended.
import { expect, test } from "vitest"
import { InvalidEntrypoint } from "./bootstrap-program.ts"
import type { ProcessExit } from "./environment-process.ts"
import { exitError, outOfMemory } from "./exit-error.ts"

test.each<[ProcessExit, string]>([
  [{ code: 0, signal: null }, "exited without providing a reason"],
  [{ code: 3, signal: null }, "exited with error: exit status 3"],
  [{ code: 134, signal: null }, "exited with error: exit status 134"],
  ...Object.entries({
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
  }).map(([signal, text]): [ProcessExit, string] => [
    { code: null, signal: signal as NodeJS.Signals },
    `exited with error: signal: ${text}`,
  ]),
])("of a process that ended with %j", (exit, reason) => {
  const error = { errorType: "Runtime.ExitError", errorMessage: `Error: Runtime ${reason}` }
  expect(exitError(exit, false)).toEqual(error)
})

test.runIf(process.platform === "linux")("of a process that ended with a signal without a text has its number", () => {
  expect(exitError({ code: null, signal: "SIGXCPU" }, false).errorMessage).toMatch(/signal: signal 24$/)
})

test("of a process whose heap was exhausted is that of the memory, when V8 aborted it", () => {
  expect(exitError({ code: null, signal: "SIGABRT" }, true)).toEqual(outOfMemory)
  expect(exitError({ code: 134, signal: null }, true)).toEqual(outOfMemory)
  expect(exitError({ code: 1, signal: null }, true)).toMatchObject({ errorType: "Runtime.ExitError" })
  expect(exitError({ code: null, signal: "SIGKILL" }, true)).toMatchObject({ errorType: "Runtime.ExitError" })
})

test("of a process that did not start names the reason", () => {
  const exit = { code: null, signal: null }
  expect(exitError({ ...exit, startError: new InvalidEntrypoint("denied", "Run: chmod +x") }, false)).toEqual({
    errorType: "Runtime.InvalidEntrypoint",
    errorMessage: "Error: denied",
  })
  expect(exitError({ ...exit, startError: new Error("spawn EMFILE") }, false)).toEqual({
    errorType: "EnvironmentStartError",
    errorMessage: "The process of the execution environment could not be started: spawn EMFILE",
  })
})

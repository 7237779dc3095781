// The exit code of a command after the close of its gateway, and the end of a process that something keeps open.
import { afterEach, expect, test, vi } from "vitest"
import { ManualClock } from "../foundation/manual-clock.ts"
import type { GatewayEvent } from "../index.ts"
import { CloseExitCode } from "./close-exit-code.ts"

afterEach(() => vi.restoreAllMocks())

function closing() {
  const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never)
  const clock = new ManualClock()
  const exitCode = new CloseExitCode(clock)
  const problem = (code: string) => exitCode.note({ event: "problem", code, message: "", hint: "" } as GatewayEvent)
  return { exit, clock, exitCode, problem }
}

test("is 0 after a close that was complete, whatever else was reported", () => {
  const { exitCode, problem } = closing()
  problem("WARNING")
  problem("BUILD_FAILED")
  exitCode.note({ event: "clock", ms: 1, movedMs: 1 })
  expect(exitCode.value).toBe(0)
})

test("is 1 after functions were killed, and leaves the end of the process to its last handle", () => {
  const { exitCode, problem, clock, exit } = closing()
  problem("CLOSE_FORCED")
  expect(exitCode.value).toBe(1)
  clock.advance(60_000)
  expect(exit).not.toHaveBeenCalled()
})

test("ends the process with 1 a second after a close that could not be completed", () => {
  const { exitCode, problem, clock, exit } = closing()
  problem("CLOSE_INCOMPLETE")
  expect(exitCode.value).toBe(1)
  clock.advance(999)
  expect(exit).not.toHaveBeenCalled()
  clock.advance(1)
  expect(exit).toHaveBeenCalledExactlyOnceWith(1)
})

// A pipe that its reader closes: the signal, and errors that are not this case.
import { PassThrough } from "node:stream"
import { expect, test } from "vitest"
import { outputClosed } from "./output-closed.ts"

function streams() {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  return { stdout, stderr, closed: outputClosed(stdout, stderr) }
}

const pipeError = () => Object.assign(new Error("write EPIPE"), { code: "EPIPE" })

test("is aborted by EPIPE on stdout", () => {
  const { stdout, closed } = streams()
  expect(closed.aborted).toBe(false)
  const error = pipeError()
  stdout.emit("error", error)
  expect(closed.aborted).toBe(true)
  expect(closed.reason).toBe(error)
})

test("ignores EPIPE on stderr", () => {
  const { stderr, closed } = streams()
  stderr.emit("error", pipeError())
  expect(closed.aborted).toBe(false)
})

test.each(["stdout", "stderr"] as const)("rethrows any other error of %s", (name) => {
  const { closed, ...outputs } = streams()
  const error = Object.assign(new Error("write ENOSPC"), { code: "ENOSPC" })
  expect(() => outputs[name].emit("error", error)).toThrow(error)
  expect(closed.aborted).toBe(false)
})

// The error objects that Lambda's Node.js runtime reports.
import { afterEach, expect, test } from "vitest"
import { closeLambdas, startLambda } from "../testing/lambda-under-test.ts"
import { limitError, runtimeError, serializeError } from "./serialize-error.ts"

afterEach(closeLambdas)

test("names the files of the runtime under /var/runtime in stack traces", () => {
  const frame = `    at f (${new URL("./index.mjs:1:2", import.meta.url)})`
  const error = runtimeError("Runtime.ExitError", "exited", `Runtime.ExitError: exited\n${frame}`)
  expect(serializeError(error).trace).toEqual([
    "Runtime.ExitError: exited",
    "    at f (file:///var/runtime/index.mjs:1:2)",
  ])
})

test("a stack trace has one frame of the runtime, which called the handler", async () => {
  const error = await startLambda("export const handler = async () => { throw new Error('no') }").fail()
  expect(error.trace?.filter((line) => line.includes("/var/runtime/"))).toEqual([expect.stringContaining("at run (")])
})

test("reports a value that is not an error with its type and text, without a trace", () => {
  expect(serializeError(42)).toEqual({ errorType: "number", errorMessage: "42", trace: [] })
})

test("reports an error that cannot be read with the text of the runtime", () => {
  const hostile = Object.defineProperty(new Error("x"), "message", {
    get() {
      throw new Error("no")
    },
  })
  expect(serializeError(hostile)).toMatchObject({ errorType: "handled" })
})

test("cuts an error that is too large to be sent", () => {
  const line = "x".repeat(1000)
  const error = {
    errorType: "Error",
    errorMessage: "m".repeat(200_000),
    trace: Array.from({ length: 1000 }, () => line),
  }
  const limited = limitError(error)
  expect(limited.errorMessage).toBe(error.errorMessage)
  expect(limited.trace?.length).toBe(Math.ceil((256 * 1024 - 200_000 - "Error".length) / 1000))
  expect(JSON.stringify(limited).length).toBeLessThan(300_000)
  expect(limitError({ errorType: "Error", errorMessage: "small" })).toEqual({
    errorType: "Error",
    errorMessage: "small",
  })
})

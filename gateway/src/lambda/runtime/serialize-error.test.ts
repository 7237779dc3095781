// The error objects that Lambda's Node.js runtime reports.
import { expect, test } from "vitest"
import { runtimeError, serializeError } from "./serialize-error.ts"

test("names the files of the runtime under /var/runtime in stack traces", () => {
  const frame = new URL("./worker.ts:1:2", import.meta.url).href
  const error = runtimeError("Runtime.ExitError", "exited", `Runtime.ExitError: exited\n    at exit (${frame})`)
  expect(serializeError(error).trace).toEqual([
    "Runtime.ExitError: exited",
    "    at exit (file:///var/runtime/worker.ts:1:2)",
  ])
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

import { expect, test } from "vitest"
import { stackOf } from "./stack-of.ts"

test("is the stack of an error, its message without a stack, and the text of any other value", () => {
  const error = new Error("it broke")
  expect(stackOf(error)).toBe(error.stack)
  expect(stackOf(Object.assign(new Error("it broke"), { stack: undefined }))).toBe("it broke")
  expect(stackOf("text")).toBe("text")
  expect(stackOf(undefined)).toBe("undefined")
})

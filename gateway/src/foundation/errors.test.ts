import { expect, test } from "vitest"
import { GatewayError } from "./errors.ts"

test("a GatewayError has its code, sentence, hint and cause", () => {
  const cause = new Error("ENOENT")
  const error = new GatewayError("FILE_NOT_FOUND", "a.yaml does not exist.", { hint: "Give a template.", cause })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: "GatewayError", code: "FILE_NOT_FOUND", hint: "Give a template.", cause })
  expect(String(error)).toBe("GatewayError: a.yaml does not exist.")
})

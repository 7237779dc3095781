// Which name is suggested for a mistyped one.
import { expect, test } from "vitest"
import { closestName } from "./closest-name.ts"

const names = ["port", "env", "env-file", "parameter", "parameters", "quiet", "iam"]

test.each([
  ["prot", "port"],
  ["por", "port"],
  ["ports", "port"],
  ["envfile", "env-file"],
  ["env_file", "env-file"],
  ["paramter", "parameter"],
  ["paramters", "parameters"],
  ["quite", "quiet"],
])("suggests for %s the name %s", (given, expected) => {
  expect(closestName(given, names)).toBe(expected)
})

test.each(["colour", "", "e", "ian-mode", "sort", "pppp", "x".repeat(10_000)])("suggests nothing for %s", (given) => {
  expect(closestName(given, names)).toBeUndefined()
})

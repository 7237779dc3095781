import { expect, test } from "vitest"
import { parseCommand } from "../../scripts/run-command.ts"
import { mutantsCommand, readMutantOptions } from "./options.ts"

function read(...args: string[]) {
  const parsed = parseCommand(mutantsCommand, args)
  if (parsed === "help") throw new Error("--help was given")
  return readMutantOptions(parsed)
}

test("paths and options are read together", () => {
  expect(read("gateway/src/iam", "--sample", "all", "--seed=7", "--unit", "--json")).toEqual({
    paths: ["gateway/src/iam"],
    changed: false,
    sample: Number.POSITIVE_INFINITY,
    seed: 7,
    workers: 2,
    levels: ["unit"],
    record: false,
    json: true,
  })
})

test("the contract tests run as well by default", () => {
  expect(read().levels).toEqual(["unit", "contract"])
})

test.each(["0", "x", "1.5", ""])("--sample %j is rejected", (value) => {
  expect(() => read(`--sample=${value}`)).toThrow(/^--sample is ".*"\.$/)
})

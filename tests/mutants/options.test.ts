import { expect, test } from "vitest"
import { readMutantOptions } from "./options.ts"

test("paths and options are read together", () => {
  expect(readMutantOptions(["gateway/src/iam", "--sample", "all", "--seed=7", "--json"])).toEqual({
    paths: ["gateway/src/iam"],
    changed: false,
    sample: Number.POSITIVE_INFINITY,
    seed: 7,
    workers: 2,
    json: true,
    help: false,
  })
})

test("an unknown option is rejected with the known ones", () => {
  expect(() => readMutantOptions(["--samples", "3"])).toThrow(
    "--samples is not a known option. Known options: --changed, --sample, --seed, --workers, --json, --help.",
  )
})

test.each(["0", "x", "1.5", ""])("--sample %j is rejected", (value) => {
  expect(() => readMutantOptions([`--sample=${value}`])).toThrow(/^--sample is ".*": write a whole number/)
})

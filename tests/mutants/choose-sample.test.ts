import { expect, test } from "vitest"
import { chooseSample } from "./choose-sample.ts"
import { findMutants } from "./find-mutants.ts"

const lines = Array.from({ length: 40 }, (_, n) => `a${n} = ${n}`)
const mutantsOf = (file: string, code: string[]) => findMutants(file, code.join("\n")).mutants
const chosen = (mutants: ReturnType<typeof mutantsOf>, seed: number) =>
  chooseSample(mutants, 5, seed).map(({ before }) => before)

test("a seed chooses the same mutants after a file is renamed and an earlier line is added", () => {
  const before = chosen(mutantsOf("gateway/src/iam/a.ts", lines), 1)
  expect(before).toHaveLength(5)
  expect(chosen(mutantsOf("gateway/src/iam/b.ts", ["b = c", ...lines]), 1)).toEqual(before)
})

test("another seed chooses other mutants", () => {
  const mutants = mutantsOf("gateway/src/iam/a.ts", lines)
  expect(chosen(mutants, 2)).not.toEqual(chosen(mutants, 1))
})

test("the sample is taken from each room", () => {
  const mutants = ["gateway/src/iam/a.ts", "gateway/src/edge/a.ts", "client/src/a.ts"].flatMap((file) =>
    mutantsOf(file, lines),
  )
  const files = chooseSample(mutants, 5, 1).map(({ file }) => file)
  expect(files).toHaveLength(15)
  expect(new Set(files).size).toBe(3)
})

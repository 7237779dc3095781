import { expect, test } from "vitest"
import type { TestSpecification, Vitest } from "vitest/node"
import { SpawningFirst } from "./spawning-first.ts"

test("of each level, the files of functions and infrastructure are last, and else the longest first", async () => {
  const durations = new Map([
    ["unit /r/functions/src/a.test.ts", 9],
    ["unit /r/gateway/src/b.test.ts", 1],
    ["unit /r/infrastructure/test/c.test.ts", 8],
    ["unit /r/gateway/src/d.test.ts", 2],
    ["contract /r/tests/contract/e.test.ts", 3],
  ])
  const [unit, contract] = ["unit", "contract"].map((name) => ({ name, config: { sequence: { groupOrder: 0 } } }))
  const files = [...durations.keys()].map((key) => {
    const [project, moduleId] = key.split(" ")
    return { project: project === "unit" ? unit : contract, moduleId } as TestSpecification
  })
  const getTestSpecificationResult = ({ project, moduleId }: TestSpecification) => {
    return { failed: false, duration: durations.get(`${project.name} ${moduleId}`) }
  }
  const sequencer = new SpawningFirst({ cache: { getTestSpecificationResult } } as unknown as Vitest)
  expect((await sequencer.sort(files)).map(({ moduleId }) => moduleId)).toEqual([
    "/r/tests/contract/e.test.ts",
    "/r/gateway/src/d.test.ts",
    "/r/gateway/src/b.test.ts",
    "/r/functions/src/a.test.ts",
    "/r/infrastructure/test/c.test.ts",
  ])
})

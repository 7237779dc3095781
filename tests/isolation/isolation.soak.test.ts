// All hostile handlers, and random ones: each harms only its own invocation, neighbours are not delayed, and the memory
// of the gateways returns.
import { beforeAll, expect, test } from "vitest"
import type { Memory } from "./gateway-host.ts"
import { testEndings, useIsolation } from "./isolation-world.ts"
import { programs } from "./programs.ts"
import { randomPrograms } from "./random-programs.ts"

const world = useIsolation(programs)
let before: Memory

beforeAll(async () => {
  before = await world.runner.host.ask<Memory>("memory")
})

testEndings(world)

test("the memory of the gateways returns after all programs", async () => {
  const after = await world.runner.host.ask<Memory>("memory")
  expect((after.used - before.used) / 2 ** 20).toBeLessThan(16)
  // The allocator keeps some of what it has freed.
  expect((after.resident - before.resident) / 2 ** 20).toBeLessThan(200)
}, 60_000)

const randomSeconds = Number(process.env.ISOLATION_RANDOM_SECONDS ?? 0)

test.runIf(randomSeconds > 0)(
  "random programs harm nothing",
  async () => {
    const seed = Number(process.env.ISOLATION_SEED ?? Date.now() % 1e9)
    const endsAt = Date.now() + randomSeconds * 1000
    let count = 0
    for (const program of randomPrograms(seed)) {
      if (Date.now() > endsAt) break
      await world.runProgram({ ...program, group: `random, seed ${seed}` })
      count++
    }
    console.log(`${count} random programs, ISOLATION_SEED=${seed}`)
  },
  (randomSeconds + 60) * 1000,
)

// Faults of invocations that no event of an API causes.
import { setImmediate } from "node:timers/promises"
import { afterEach, expect, test } from "vitest"
import type { Fault } from "../definition/fault.ts"
import { Faults } from "../faults/faults.ts"
import { systemClock } from "../foundation/clock.ts"
import { MovableClock } from "../foundation/movable-clock.ts"
import { arnOf, closeLambdas, startLambda } from "./testing/lambda-under-test.ts"

afterEach(closeLambdas)

function startWith(fault: Fault) {
  const movableClock = new MovableClock(systemClock)
  const injected: unknown[] = []
  const faults = new Faults({
    clock: movableClock,
    connections: () => [],
    names: { routeKeys: () => [], functionNames: () => ["f", "Function"] },
    onInjected: (injection) => injected.push(injection),
  })
  faults.add(fault)
  const lambda = startLambda("export const handler = async (event) => event", { faults, movableClock })
  return { lambda, faults, movableClock, injected }
}

test("an asynchronous event that a fault throttles is retried after one second on the movable clock", async () => {
  const { lambda, movableClock, injected } = startWith({ effect: "function-throttle", functionName: "f", count: 1 })
  const processed = lambda.invokeAsync(arnOf("f"), "{}")
  // The first attempt has ended, and waits for its retry.
  await setImmediate()
  expect(injected).toMatchObject([{ effect: "function-throttle", functionName: "f" }])
  movableClock.advance(1000)
  await processed
  expect(lambda.lines.filter(({ text }) => text.startsWith("REPORT "))).toHaveLength(1)
})

test("a fault of a function is found by its logical id, and ends when it is cleared", async () => {
  const { lambda, faults } = startWith({ effect: "function-error", functionName: "Function" })
  expect(await lambda.fail()).toMatchObject({ errorType: "InjectedFault" })
  faults.clear()
  expect(await lambda.call({ n: 1 })).toEqual({ n: 1 })
})

test("a delay ends when the faults are closed, and the function runs", async () => {
  const { lambda, faults, injected } = startWith({ effect: "function-delay", delayMs: 4000 })
  const result = lambda.call({ n: 2 })
  expect(injected).toHaveLength(1)
  faults.close()
  expect(await result).toEqual({ n: 2 })
  expect(faults.isSet).toBe(false)
})

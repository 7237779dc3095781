import { expect, test } from "vitest"
import { MemoryBudget } from "./memory-budget.ts"

test("leases share the budget until they are released", () => {
  const budget = new MemoryBudget(100)
  const [first, second] = [budget.lease(), budget.lease()]
  expect([first.take(60), first.take(20), second.take(20)]).toEqual([true, true, true])
  expect(second.take(1)).toBe(false)
  first.release()
  first.release()
  expect(budget.freeBytes).toBe(80)
  expect(first.take(1)).toBe(false)
  expect(second.take(80)).toBe(true)
  second.release()
  expect(budget.freeBytes).toBe(100)
})

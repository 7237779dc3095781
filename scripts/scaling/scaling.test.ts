// Tests of the scaling model: what follows from its quotas and prices.
import { expect, test } from "vitest"
import { defaultAssumptions } from "./assumptions.ts"
import { limitsOf } from "./capacity.ts"
import { costOf, costOfRound } from "./cost.ts"
import { fanOutSeconds } from "./fan-out-time.ts"
import { reportScaling } from "./report.ts"

const given = defaultAssumptions()

test("a shared round ends no sooner than its rate allows, and close to it when it is long", () => {
  const perSecond = given["account-rate"] * (given["push-percent"] / 100) * 0.75
  const seconds = fanOutSeconds("shared out", 100_000, given)
  expect(seconds).toBeGreaterThan((100_000 - perSecond / 2) / perSecond)
  expect(seconds).toBeLessThan(1.1 * (100_000 / perSecond))
})

test("with a tenfold quota and more notifiers, 100,000 watchers are notified within two seconds", () => {
  expect(fanOutSeconds("shared out, tenfold quota", 100_000, given)).toBeLessThan(2)
})

test("sharing out pays from a thousand watchers on", () => {
  for (const watchers of [1_000, 10_000, 100_000]) {
    expect(fanOutSeconds("shared out", watchers, given)).toBeLessThan(
      fanOutSeconds("one function, by the SDK", watchers, given) / 2,
    )
  }
})

test("the number of processors is what breaks first, and pushes are next with enough of them", () => {
  expect(limitsOf(given)[0]?.name).toBe("documents read at a time")
  const many = limitsOf({ ...given, processors: 900, watchers: 100 })
  expect(many[0]?.name).toBe("pushes")
  expect(many.map(({ documentsPerMonth }) => documentsPerMonth)).toEqual(
    many.map(({ documentsPerMonth }) => documentsPerMonth).toSorted((one, other) => one - other),
  )
})

test("the cost grows with the documents, except for idle polling", () => {
  const sum = (documents: number) => costOf(documents, given).reduce((total, { dollars }) => total + dollars, 0)
  const idle = sum(0)
  expect(idle).toBeGreaterThan(0)
  expect(sum(2_000_000) - idle).toBeCloseTo(2 * (sum(1_000_000) - idle), 6)
  const free = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, name.startsWith("price-") ? 0 : value]),
  )
  expect(costOf(1_000_000, free as typeof given).every(({ dollars }) => dollars === 0)).toBe(true)
})

test("sharing a round out costs a small part of its messages", () => {
  const { posts, sharing } = costOfRound(100_000, given)
  expect(sharing).toBeLessThan(posts / 20)
})

test("the report shows every limit, size and line of the bill", () => {
  const report = reportScaling(given)
  for (const text of ["documents read at a time", "| 100,000 ", "WebSocket messages", "together"]) {
    expect(report).toContain(text)
  }
  expect(report).not.toMatch(/NaN|undefined|Infinity/)
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { TokenBucket } from "./token-bucket.ts"

test("a burst passes, then as many as flow in", () => {
  const bucket = new TokenBucket(10, 3, 0)
  expect([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, true, false])
  expect(bucket.take(99)).toBe(false)
  expect(bucket.take(100)).toBe(true)
  expect(bucket.take(100)).toBe(false)
})

test("a rate of zero lets nothing pass, whatever the burst", () => {
  const bucket = new TokenBucket(0, 5000, 0)
  expect(bucket.take(0)).toBe(false)
  expect(bucket.take(1e9)).toBe(false)
})

test("never more than burst + rate x time pass", () => {
  const rates = fc.integer({ min: 1, max: 1000 })
  const bursts = fc.integer({ min: 1, max: 1000 })
  fc.assert(
    fc.property(rates, bursts, fc.array(fc.nat({ max: 500 }), { maxLength: 200 }), (rate, burst, waits) => {
      const bucket = new TokenBucket(rate, burst, 0)
      let now = 0
      let passed = 0
      for (const wait of waits) {
        now += wait
        if (bucket.take(now)) passed++
      }
      expect(passed).toBeLessThanOrEqual(burst + (rate * now) / 1000 + 1e-6)
    }),
  )
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { TokenBucket } from "./token-bucket.ts"

test("a burst is accepted, then as many requests as tokens are added", () => {
  const bucket = new TokenBucket(10, 3, 0)
  expect([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, true, false])
  expect(bucket.take(99)).toBe(false)
  expect(bucket.take(100)).toBe(true)
  expect(bucket.take(100)).toBe(false)
})

test("a rate of zero rejects every request, for any burst", () => {
  const bucket = new TokenBucket(0, 5000, 0)
  expect(bucket.take(0)).toBe(false)
  expect(bucket.take(1e9)).toBe(false)
})

test("at most burst + rate × time requests are accepted", () => {
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

// Tests of the heartbeat of an attempt.
import { setImmediate } from "node:timers/promises"
import { beforeEach, expect, test } from "vitest"
import { silentLogger } from "../../test/lambda-context.ts"
import { ManualClock } from "../../test/manual-clock.ts"
import { type Heartbeat, leaseMs, startHeartbeat } from "./heartbeat.ts"

let clock: ManualClock
let renew: () => Promise<boolean>
let renewals: number
let hidden: number[]
let heartbeat: Heartbeat

beforeEach(() => {
  clock = new ManualClock()
  renew = async () => true
  renewals = 0
  hidden = []
  heartbeat = startHeartbeat({
    claimSeconds: 90,
    renewLease: () => {
      renewals += 1
      return renew()
    },
    hideMessage: async (seconds) => void hidden.push(seconds),
    clock,
    logger: silentLogger(),
  })
})

async function advance(seconds: number): Promise<void> {
  clock.advance(seconds * 1000)
  await setImmediate()
}

test("renews the lease and hides the message three times per claim", async () => {
  for (let beat = 0; beat < 6; beat += 1) await advance(30)
  expect(renewals).toBe(6)
  expect(hidden).toEqual([90, 90, 90, 90, 90, 90])
})

test("goes on after a failure", async () => {
  renew = () => Promise.reject(new Error("ThrottlingException"))
  await advance(30)
  renew = async () => true
  expect(heartbeat.isClaimLost()).toBe(false)
  await advance(30)
  expect(hidden).toEqual([90])
})

test("ends when the claim is lost, and no longer hides the message", async () => {
  renew = async () => false
  await advance(30)
  await advance(300)
  expect(renewals).toBe(1)
  expect(hidden).toEqual([])
  expect(heartbeat.isClaimLost()).toBe(true)
})

test("stops after the beat that is under way", async () => {
  const renewed = Promise.withResolvers<boolean>()
  renew = () => renewed.promise
  await advance(30)
  const stopped = heartbeat.stop().then(() => hidden.length)
  renewed.resolve(true)
  expect(await stopped).toBe(1)
  await advance(300)
  expect(renewals).toBe(1)
})

test("loses the lease before the message is visible again", () => {
  expect(leaseMs(90)).toBe(81_000)
})

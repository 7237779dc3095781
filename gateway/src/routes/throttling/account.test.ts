import { expect, test } from "vitest"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { awsQuotas } from "../../foundation/quotas.ts"
import { createAccountThrottle } from "./account.ts"

test("requests and new connections have limits of their own", () => {
  const clock = new ManualClock()
  const quotas = { ...awsQuotas, accountRateLimit: 1, accountBurstLimit: 2, newConnectionsPerSecond: 1 }
  const { takeRequest, takeConnection } = createAccountThrottle({ clock, quotas })
  expect([takeRequest(), takeRequest(), takeRequest()]).toEqual([true, true, false])
  expect([takeConnection(), takeConnection()]).toEqual([true, false])
  clock.advance(1000)
  expect([takeRequest(), takeRequest()]).toEqual([true, false])
  expect([takeConnection(), takeConnection()]).toEqual([true, false])
})

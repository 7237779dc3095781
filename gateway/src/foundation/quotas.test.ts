// The default quotas, in the units in which AWS documents them.
import { expect, test } from "vitest"
import { defaultAssumptions } from "./assumptions.ts"
import { awsQuotas } from "./quotas.ts"

const seconds = 1000
const minutes = 60 * seconds
const kibibytes = 1024
const mebibytes = 1024 * kibibytes

test("the quotas are those of API Gateway", () => {
  expect(awsQuotas).toEqual({
    idleTimeoutMs: 10 * minutes,
    connectionDurationMs: 120 * minutes,
    maxFrameBytes: 32 * kibibytes,
    maxMessageBytes: 128 * kibibytes,
    maxUrlLength: 4 * kibibytes,
    newConnectionsPerSecond: 500,
    accountRateLimit: 10_000,
    accountBurstLimit: 5000,
    maxAuthorizerResultBytes: 8 * kibibytes,
    maxSendBufferBytes: 1024 * kibibytes,
    maxSlowClientBytes: 64 * mebibytes,
    slowClientTimeoutMs: 30 * seconds,
    requestHeadTimeoutMs: 10 * seconds,
    requestTimeoutMs: 30 * seconds,
    maxPendingRequests: 1000,
    maxRequestMemoryBytes: 256 * mebibytes,
    closeTimeoutMs: 3 * seconds,
    drainTimeoutMs: 29 * seconds,
  })
})

test("the assumptions are those that docs/fidelity names", () => {
  expect(defaultAssumptions).toEqual({ pingResetsIdleTimeout: false, plainRequestStatus: 403 })
})

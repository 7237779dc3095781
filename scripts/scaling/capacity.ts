// What one account carries: for each limit, how many documents per month reach it in the busiest second.
import type { Assumptions } from "./assumptions.ts"

const secondsPerMonth = 30 * 24 * 3600

export type Limit = { name: string; documentsPerMonth: number; raisedBy: string }

/** Sorted by what breaks first. */
export function limitsOf(given: Assumptions): Limit[] {
  const { watchers, pushes } = given
  // Handshake, watch, disconnect, the pushes, and three requests of the HTTP API per document.
  const requestsPerDocument = watchers * (3 + pushes) + 3
  const routeSeconds = ((watchers * 3 + 3) * given["handler-ms"]) / 1000
  const limits: [name: string, perSecond: number, raisedBy: string][] = [
    ["documents read at a time", given.processors / given["reading-seconds"], "document_processor_max_concurrency"],
    ["requests of API Gateway", given["account-rate"] / requestsPerDocument, "the quota: AWS raises it on request"],
    [
      "pushes",
      (given["account-rate"] * given["push-percent"]) / 100 / (watchers * pushes),
      "the quota, or push_rate_percent",
    ],
    ["new connections", given["new-connections"] / watchers, "the quota: AWS raises it on request"],
    [
      "executions of Lambda",
      given["lambda-concurrency"] / (given["reading-seconds"] + routeSeconds),
      "the quota: AWS raises it on request",
    ],
  ]
  return limits
    .map(([name, perSecond, raisedBy]) => {
      return { name, documentsPerMonth: (perSecond * secondsPerMonth) / given["busy-factor"], raisedBy }
    })
    .toSorted((one, other) => one.documentsPerMonth - other.documentsPerMonth)
}

/** The limits of one document, whatever the others do. */
export function popularDocument(given: Assumptions): { joinsPerSecond: number; watchersInTwoHours: number } {
  const joinsPerSecond = Math.min(given["new-connections"], given["partition-writes"])
  // AWS: a connection lasts at most two hours (limit-lifetime)
  return { joinsPerSecond, watchersInTwoHours: given["new-connections"] * 7200 }
}

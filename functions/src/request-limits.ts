// The time that a request to AWS may take. By default the SDK waits for minutes for a response, longer than a function may
// run: then nothing is logged, and the caller learns nothing.

/** Of the SDK for DynamoDB; for other services it makes three. */
export const requestAttempts = 4

type RequestLimits = { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: true }

/** Of functions that a client waits for: all attempts of a request fit into their ten seconds. A response takes milliseconds. */
export const routeRequestLimits: RequestLimits = {
  connectionTimeout: 1_000,
  requestTimeout: 2_000,
  throwOnRequestTimeout: true,
}

/** Of functions of queues: all attempts of a request fit into their thirty seconds, and into the time of a lease. */
export const queueRequestLimits: RequestLimits = {
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
}

// The throttles that all APIs of the account share, for requests and for new connections.
// AWS: requests and new connections have separate limits (throttle-account)
import type { Clock } from "../../foundation/clock.ts"
import type { Quotas } from "../../foundation/quotas.ts"
import { TokenBucket } from "./token-bucket.ts"

export type AccountThrottle = {
  takeRequest(): boolean
  takeConnection(): boolean
}

export function createAccountThrottle({ clock, quotas }: { clock: Clock; quotas: Quotas }): AccountThrottle {
  const requests = new TokenBucket(quotas.accountRateLimit, quotas.accountBurstLimit, clock.now())
  // AWS?: the burst is that of one second; only the rate is documented (throttle-new-connections)
  const connections = new TokenBucket(quotas.newConnectionsPerSecond, quotas.newConnectionsPerSecond, clock.now())
  return {
    takeRequest: () => requests.take(clock.now()),
    takeConnection: () => connections.take(clock.now()),
  }
}

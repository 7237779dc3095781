// Public API of the gateway.
import "./polyfills.ts"

export type { TransactionRecord } from "./definition/record.ts"
export type { StageUrl } from "./edge/servers.ts"
export { type Assumptions, defaultAssumptions } from "./foundation/assumptions.ts"
export { type Clock, systemClock } from "./foundation/clock.ts"
export { GatewayError } from "./foundation/errors.ts"
export { ManualClock } from "./foundation/manual-clock.ts"
export { awsQuotas, type Quotas } from "./foundation/quotas.ts"
export { startGateway } from "./gateway.ts"
export type { Gateway, GatewayOptions } from "./gateway-options.ts"
export type { GatewayEvent } from "./observe/gateway-event.ts"
export type { MetricName, Statistic } from "./observe/metrics.ts"

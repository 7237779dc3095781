// --- run a gateway ---

export { type Assumptions, defaultAssumptions } from "./foundation/assumptions.ts"
// --- what tests and users may shorten or choose ---
export { type Clock, systemClock } from "./foundation/clock.ts"
export { GatewayError } from "./foundation/errors.ts"
export { ManualClock } from "./foundation/manual-clock.ts"
export { awsQuotas, type Quotas } from "./foundation/quotas.ts"
export { startGateway } from "./gateway.ts"
export type { Gateway, GatewayOptions } from "./gateway-options.ts"
export type { GatewayEvent } from "./observe/gateway-event.ts"
// --- look inside ---
export type { MetricName, Statistic } from "./observe/metrics.ts"

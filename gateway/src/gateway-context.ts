// Creates what all parts of a gateway share: clocks, limits and observers.
import { postJson } from "./edge/post-json.ts"
import { type Assumptions, defaultAssumptions } from "./foundation/assumptions.ts"
import { type Clock, systemClock } from "./foundation/clock.ts"
import { MovableClock } from "./foundation/movable-clock.ts"
import { awsQuotas, type Quotas } from "./foundation/quotas.ts"
import type { GatewayOptions } from "./gateway-options.ts"
import type { Denial } from "./iam/denial.ts"
import { createObserver, type Observer } from "./observe/observer.ts"

export type GatewayContext = Observer & {
  /** The clock that users move forward. */
  clock: MovableClock
  /** The clock that users do not move: signatures, running invocations and sockets use it. */
  steadyClock: Clock
  quotas: Quotas
  assumptions: Assumptions
  onDenied(denial: Denial): void
}

export function createContext(options: GatewayOptions): GatewayContext {
  const { clock: steadyClock = systemClock, otlpUrl, onEvent, onRecord } = options
  const clock = new MovableClock(steadyClock)
  const otlp = otlpUrl === undefined ? undefined : { url: otlpUrl, post: postJson, clock: steadyClock }
  const observer = createObserver(clock.now, { onEvent, onRecord, otlp })
  return {
    ...observer,
    onDenied: (denial) => observer.report({ event: "denied", ...denial }),
    clock,
    steadyClock,
    quotas: { ...awsQuotas, ...options.quotas },
    assumptions: { ...defaultAssumptions, ...options.assumptions },
  }
}

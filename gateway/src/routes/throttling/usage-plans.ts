// Counts requests against the usage plans of API keys.
// AWS: each key of a plan has the plan's throttle and quota (permissions-usage-throttle)
import type { ApiKeyDefinition, UsagePlanDefinition } from "../../definition/api.ts"
import { type Clock, isoTime } from "../../foundation/clock.ts"
import type { Quotas } from "../../foundation/quotas.ts"
import { TokenBucket } from "./token-bucket.ts"

export type ApiKeyUse = { outcome: "accepted"; keyId: string } | { outcome: "unknown" | "throttled" | "quota-exceeded" }

export type UsagePlans = {
  /** Counts one request with the key of this value. */
  use(stage: { apiId: string; stageName: string }, value: string): ApiKeyUse
}

type PlannedKey = { plan: UsagePlanDefinition; key: ApiKeyDefinition; bucket: TokenBucket; meter: Meter }
type Meter = { period: string | number; used: number }

export function createUsagePlans(
  plans: readonly UsagePlanDefinition[],
  { clock, quotas }: { clock: Clock; quotas: Quotas },
): UsagePlans {
  const startedAt = clock.now()
  const plannedKeys = plans.flatMap((plan) =>
    plan.keys.map((key): PlannedKey => {
      const { rateLimit = quotas.accountRateLimit, burstLimit = quotas.accountBurstLimit } = plan.throttle ?? {}
      // AWS: the offset counts as used in the first period (permissions-usage-offset)
      const meter = { period: periodOf(plan, startedAt), used: plan.quota?.offset ?? 0 }
      return { plan, key, bucket: new TokenBucket(rateLimit, burstLimit, startedAt), meter }
    }),
  )
  return {
    use({ apiId, stageName }, value) {
      // AWS: a key is accepted only where one of its plans covers the stage (permissions-usage-coverage)
      const planned = plannedKeys.find(
        ({ plan, key }) =>
          key.enabled &&
          key.value === value &&
          plan.stages.some((stage) => stage.apiId === apiId && stage.stageName === stageName),
      )
      if (!planned) return { outcome: "unknown" }
      // AWS?: a throttled request does not count against the quota (permissions-usage-quota)
      if (!planned.bucket.take(clock.now())) return { outcome: "throttled" }
      if (!takeFromQuota(planned, clock.now())) return { outcome: "quota-exceeded" }
      return { outcome: "accepted", keyId: planned.key.keyId }
    },
  }
}

function takeFromQuota({ plan, meter }: PlannedKey, now: number): boolean {
  if (!plan.quota) return true
  const period = periodOf(plan, now)
  if (period !== meter.period) Object.assign(meter, { period, used: 0 })
  if (meter.used >= plan.quota.limit) return false
  meter.used++
  return true
}

const dayMs = 24 * 60 * 60_000

/** AWS?: periods begin at midnight UTC, weeks on Sunday (permissions-usage-quota) */
function periodOf({ quota }: UsagePlanDefinition, now: number): string | number {
  if (quota?.period === "MONTH") return isoTime(now).slice(0, 7)
  const day = Math.floor(now / dayMs)
  // The first of January 1970 was a Thursday.
  return quota?.period === "WEEK" ? Math.floor((day + 4) / 7) : day
}

// Measures round trips all the time, and reports the worst of a period.

export type Latency = {
  /** The worst round trip that was under way at any time since `startedAt`. Waits for one that is. */
  worstSince(startedAt: number): Promise<number>
  stop(): Promise<void>
}

type RoundTrip = { endedAt: number; ms: number }

/** A block of the gateway that matters is much longer. */
const PAUSE_MS = 20
/** Longer than any program runs. */
const KEPT_MS = 120_000

/** Milliseconds on a clock that all processes share. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

export function measureLatency(roundTrip: () => Promise<unknown>): Latency {
  const roundTrips: RoundTrip[] = []
  let isStopped = false
  let current = Promise.resolve()

  async function measureOne(): Promise<void> {
    const startedAt = now()
    await roundTrip()
    const endedAt = now()
    roundTrips.push({ endedAt, ms: endedAt - startedAt })
    while ((roundTrips[0]?.endedAt ?? endedAt) < endedAt - KEPT_MS) roundTrips.shift()
  }

  async function measure(): Promise<void> {
    while (!isStopped) {
      current = measureOne()
      await current
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  const measuring = measure()
  return {
    async worstSince(startedAt) {
      await current
      return roundTrips.reduce((worst, { endedAt, ms }) => (endedAt >= startedAt && ms > worst ? ms : worst), 0)
    },
    async stop() {
      isStopped = true
      await measuring
    },
  }
}

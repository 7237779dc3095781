// Keeps an attempt's claim on its document while the attempt runs: the lease in the table, and the message hidden in the
// queue. Both are short, so that another attempt can start soon after an invocation dies, and are extended in time.
import type { Logger } from "@aws-lambda-powertools/logger"
import type { Clock } from "../clock.ts"

// Two beats may fail before the claim is lost.
const beatsPerClaim = 3

// The lease ends before the message is visible again: the next attempt never finds the lease of a dead one.
const leaseShare = 0.9

/** How long a lease that is taken or renewed at this moment is valid. */
export function leaseMs(claimSeconds: number): number {
  return claimSeconds * 1000 * leaseShare
}

export type HeartbeatOptions = {
  claimSeconds: number
  /** False when the claim is lost: the document was deleted, ended or taken over. */
  renewLease(): Promise<boolean>
  hideMessage(seconds: number): Promise<void>
  clock: Clock
  logger: Pick<Logger, "warn">
}

export type Heartbeat = {
  /** Whether the document was found deleted, ended or taken over. */
  isClaimLost(): boolean
  /** Resolves when no beat is under way any more, so that none overrides what the caller does next. */
  stop(): Promise<void>
}

export function startHeartbeat({ claimSeconds, renewLease, hideMessage, clock, logger }: HeartbeatOptions): Heartbeat {
  let beating: Promise<void> | undefined
  let isLost = false
  const timer = clock.every((claimSeconds * 1000) / beatsPerClaim, () => {
    beating ??= beat().finally(() => {
      beating = undefined
    })
  })

  async function beat(): Promise<void> {
    try {
      isLost = !(await renewLease())
      if (isLost) timer.stop()
      else await hideMessage(claimSeconds)
    } catch (error) {
      logger.warn("claim not extended", error as Error)
    }
  }

  return {
    isClaimLost: () => isLost,
    async stop() {
      timer.stop()
      await beating
    },
  }
}

// Limits the time spent on notifying: the longer a round takes, the fewer steps of a document are pushed.
import type { Progress } from "@document-insight/protocol"
import type { Clock } from "../clock.ts"
import type { ProgressNotifier } from "./progress-notifier.ts"

// A round of this length costs little; only longer ones delay the next one.
const quickRoundMs = 250

/**
 * After a long round, skips progress for as long again: notifying takes at most half of the time. For the steps in
 * between only; the first and the last progress of a document are always pushed.
 */
export function paceNotifications(
  notify: ProgressNotifier,
  clock: Pick<Clock, "now">,
): (progress: Progress) => Promise<void> {
  let nextRoundAt = 0
  return async (progress) => {
    const startedAt = clock.now()
    if (startedAt < nextRoundAt) return
    await notify(progress)
    const tookMs = clock.now() - startedAt
    // mutants: equivalent, any time in the past allows the next round
    nextRoundAt = tookMs > quickRoundMs ? clock.now() + tookMs : 0
  }
}

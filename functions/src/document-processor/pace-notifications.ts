// Keeps telling from slowing down reading: the more watchers a document has, the fewer of its steps they are told.
import type { ProgressNotifier } from "./progress-notifier.ts"

// A round of this length costs little; only longer ones make the next one wait.
const quickRoundMs = 250

/**
 * After a round that took long, passes over progress for as long again: telling takes at most half of the time.
 * For the steps in between only; the first and the last progress of a document are told in any case.
 */
export function paceNotifications(notify: ProgressNotifier, now = Date.now): ProgressNotifier {
  let nextRoundAt = 0
  return async (progress) => {
    const startedAt = now()
    if (startedAt < nextRoundAt) return
    await notify(progress)
    const tookMs = now() - startedAt
    nextRoundAt = tookMs > quickRoundMs ? now() + tookMs : 0
  }
}

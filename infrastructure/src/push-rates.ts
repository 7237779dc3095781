// Divides the rate of posts to @connections among the functions that push.
import type { Config } from "./config.ts"
import type { StorageStack } from "./storage-stack.ts"
import type { WebSocketApiStack } from "./websocket-api-stack.ts"

// Most posts of a busy system go to the watchers of popular documents, and these are the notifier's.
const notifiersShare = 0.75

/** Posts per second. AWS: they count against the account's limit (throttle-account) */
export function pushRates(config: Config) {
  const total = (config.account_throttle_rate * config.push_rate_percent) / 100
  const rate = (share: number) => Math.max(1, Math.floor(share))
  return {
    /** Of all notifiers together. */
    notifiers: rate(total * notifiersShare),
    perNotifier: rate((total * notifiersShare) / config.progress_notifier_max_concurrency),
    /** Of each invocation of another function that pushes: the processor has most of them. */
    perProcessor: rate((total * (1 - notifiersShare)) / config.document_processor_max_concurrency),
  }
}

/** The variables of the functions that change documents. */
export function notifierVariables(
  config: Config,
  { storage, webSocketApi }: { storage: StorageStack; webSocketApi: WebSocketApiStack },
): Record<string, string> {
  const { notifiers, perProcessor } = pushRates(config)
  return {
    WEBSOCKET_CALLBACK_URL: webSocketApi.callbackUrl,
    PUSH_QUEUE_URL: storage.pushQueue.queueUrl,
    POSTS_PER_SECOND: String(perProcessor),
    SHARED_POSTS_PER_SECOND: String(notifiers),
  }
}

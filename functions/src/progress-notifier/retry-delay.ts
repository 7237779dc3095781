// How long a failed attempt waits for the next one.

// Watchers are notified of a retry "within two minutes"; the poller needs some of that to receive the message.
const maxDelaySeconds = 100
const firstDelaySeconds = 30

/** Doubles with every receive of the message: 30, 60 and then 100 seconds. */
export function retryDelaySeconds(receiveCount: number): number {
  return Math.min(firstDelaySeconds * 2 ** (receiveCount - 1), maxDelaySeconds)
}

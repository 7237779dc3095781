// How long a failed attempt waits for the next one.

// What a watcher is told is "within two minutes"; the poller needs a moment of that to pick the message up.
const maxDelaySeconds = 100
const firstDelaySeconds = 30

/** Doubles with every receive of the message: 30, 60 and then 100 seconds. */
export function retryDelaySeconds(receiveCount: number): number {
  return Math.min(firstDelaySeconds * 2 ** (receiveCount - 1), maxDelaySeconds)
}

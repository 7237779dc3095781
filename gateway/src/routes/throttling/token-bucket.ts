// Throttles requests with a token bucket. Differs: exact, where AWS's is best effort (throttle-burst)

export class TokenBucket {
  readonly #ratePerMs: number
  readonly #burst: number
  #tokens: number
  #filledAt: number

  /**
   * @param ratePerSecond tokens that are added. AWS: a rate of zero rejects every request (throttle-zero)
   * @param burst the bucket's size
   * @param now milliseconds since the epoch
   */
  constructor(ratePerSecond: number, burst: number, now: number) {
    this.#ratePerMs = ratePerSecond / 1000
    this.#burst = ratePerSecond === 0 ? 0 : burst
    this.#tokens = this.#burst
    this.#filledAt = now
  }

  /** Takes one token if there is one. */
  take(now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#filledAt) * this.#ratePerMs)
    this.#filledAt = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}

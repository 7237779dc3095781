// The id and the time that API Gateway gives every request.

export type Stamp = {
  requestId: string
  /** Milliseconds since the epoch. */
  requestTimeEpoch: number
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
let lastSecond = Number.NaN
let lastText = ""

/** `20/Jan/2024:11:55:00 +0000`. The text is cached because all messages of one second share it. */
export function requestTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000)
  if (second === lastSecond) return lastText
  // biome-ignore lint/style/noRestrictedGlobals: formats a given instant; the time itself comes from the clock.
  const date = new Date(second * 1000)
  const two = (value: number) => String(value).padStart(2, "0")
  lastSecond = second
  lastText = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
  return lastText
}

// Formats durations for people.

/** `formatDuration(95)` is "2 min". Coarse on purpose: an estimate that is exact to the second is never right. */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return "1 s"
  if (seconds < 55) return `${seconds < 10 ? Math.ceil(seconds) : Math.ceil(seconds / 5) * 5} s`
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

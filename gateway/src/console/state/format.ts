// Formats payloads and log lines for reading.

/** JSON is indented; anything else is returned unchanged. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(unfold(JSON.parse(text)), null, 2)
  } catch {
    return text
  }
}

/** Splits texts of several lines, such as stack traces, into lists of lines. */
function unfold(value: unknown): unknown {
  if (typeof value === "string" && value.includes("\n")) return value.split("\n")
  if (Array.isArray(value)) return value.map(unfold)
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unfold(inner)]))
  }
  return value
}

/** A log line without the time and the id that every line of the text format repeats; JSON at its end is indented. */
export function readableLine(text: string): string {
  const [, level, message] = /^\S+Z\t\S*\t(\w+)\t(.*)$/s.exec(text) ?? []
  if (level === undefined || message === undefined) return pretty(text.replace(/ RequestId: [0-9a-f-]{36}/, ""))
  const [, words = "", json = message] = /^(.*?)\t?(\{.*\})$/s.exec(message) ?? []
  return [level.padEnd(6) + words, pretty(json)].join(words === "" ? "" : "\n")
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`
  return count < 1024 ** 2 ? `${(count / 1024).toFixed(1)} KB` : `${(count / 1024 ** 2).toFixed(1)} MB`
}

/** `1 h 59 min`, `9 min 12 s`, `4 s` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

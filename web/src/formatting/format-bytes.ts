// Formats file sizes for people.

/** `formatBytes(2_340_000)` is "2.3 MB". Decimal units, as in file managers and storage prices. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"]
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return `${value < 10 && power > 0 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)} ${units[power]}`
}

// The form of time that signatures use: `20261122T210000Z`.

/** Milliseconds since the epoch; `NaN` when the text has another form. */
export function parseIsoBasic(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!match) return Number.NaN
  const [, year, month, day, hour, minute, second] = match
  // biome-ignore lint/style/noRestrictedGlobals: turns a text into a number; it does not ask what time it is.
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

export function isoBasic(epochMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: turns a number into a text; it does not ask what time it is.
  return new Date(epochMs).toISOString().replaceAll(/[-:]|\.\d+/g, "")
}

// Reads and writes the ISO 8601 basic format that signatures use: `20261122T210000Z`.

let lastText = ""
let lastTime = Number.NaN

/** Milliseconds since the epoch; `NaN` when the text has another form. The latest is kept: signers use one for a second. */
export function parseIsoBasic(text: string): number {
  if (text !== lastText) {
    lastText = text
    lastTime = parse(text)
  }
  return lastTime
}

function parse(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!match) return Number.NaN
  const [, year, month, day, hour, minute, second] = match
  // biome-ignore lint/style/noRestrictedGlobals: parses a given time; the current time comes from the clock.
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

export function isoBasic(epochMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a given time; the current time comes from the clock.
  return new Date(epochMs).toISOString().replaceAll(/[-:]|\.\d+/g, "")
}

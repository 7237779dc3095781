// Joins the lines of paragraphs that were broken for the width of a printed page, so that they fit the width of a screen.

/** A line that is shorter than the others ends something: a paragraph, a heading, a row of a table, a verse. */
const fullLineShare = 0.75
const minFullLine = 20
const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}、。，．]/u
/** Of a log or a list of dates. */
const timestamp = /^\[?(?:\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d|\p{L}{3} [ \d]\d \d\d:\d\d:\d\d)/u
const beginsAnew = /^(?:[\s•▪◦‣–—*-]|\(?(?:\d{1,3}|\p{L})[.)]\s)/u

/** Also removes empty lines around the text, and more than one within it, which take the room of a small screen. */
export function reflowLines(text: string): string {
  const lines = text
    .replace(/^(?:[^\S\n]*\n)+/, "")
    .trimEnd()
    .replace(/\n(?:[^\S\n]*\n){2,}/g, "\n\n")
    .split("\n")
  const fullLength = Math.max(minFullLine, fullLineShare * typicalLength(lines))
  let reflowed = lines[0] ?? ""
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue
    reflowed += `${separator(lines[index - 1] ?? "", line, fullLength)}${line}`
  }
  return reflowed
}

function separator(before: string, line: string, fullLength: number): string {
  const isOfTable = before.includes("\t") || line.includes("\t")
  const isNew = beginsAnew.test(line) || timestamp.test(line)
  const isBroken = before.length >= fullLength && line !== "" && !isNew && !isOfTable
  // What a hyphen at a line's end means is unknown, so the break stays.
  if (!isBroken || before.endsWith("-") || before.endsWith("\u00ad")) return "\n"
  return withoutSpaces.test(before.slice(-1)) && withoutSpaces.test(line.slice(0, 1)) ? "" : " "
}

/** The length that nine of ten lines do not exceed. */
function typicalLength(lines: readonly string[]): number {
  const lengths = lines.filter((line) => line !== "").map((line) => line.length)
  lengths.sort((a, b) => a - b)
  return lengths[Math.floor(lengths.length * 0.9)] ?? 0
}

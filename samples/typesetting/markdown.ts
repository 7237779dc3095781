// Parses the subset of Markdown that the handbook and the sources of the samples use.

export type Style = "plain" | "strong" | "emphasis" | "code"

/** A stretch of text in one style. */
export type Run = { text: string; style: Style }

export type Block =
  | { form: "heading"; level: number; text: string }
  | { form: "paragraph"; runs: Run[] }
  | { form: "quote"; runs: Run[] }
  | { form: "list"; ordered: boolean; items: Run[][] }
  | { form: "code"; lines: string[] }
  | { form: "table"; head: Run[][]; rows: Run[][][] }

const headingLine = /^(#{1,4}) (.*)$/
const itemLine = /^(?:-|(\d+)\.) (.*)$/
const fenceLine = /^```/
const tableLine = /^\|.*\|$/
const quoteLine = /^> ?(.*)$/

/**
 * Headings, paragraphs, quotes, one level of lists, fenced code and tables. Anything else is parsed as a paragraph.
 * @throws when a fence is never closed.
 */
export function parseMarkdown(source: string): Block[] {
  const lines = source.split("\n")
  const blocks: Block[] = []
  let at = 0

  const takeWhile = (belongs: (line: string) => boolean): string[] => {
    const start = at
    while (at < lines.length && belongs(lines[at] ?? "")) at++
    return lines.slice(start, at)
  }

  while (at < lines.length) {
    const line = lines[at] ?? ""
    const heading = headingLine.exec(line)
    if (line.trim() === "") {
      at++
    } else if (heading) {
      blocks.push({ form: "heading", level: heading[1]?.length ?? 1, text: textOf(parseRuns(heading[2] ?? "")) })
      at++
    } else if (fenceLine.test(line)) {
      at++
      const code = takeWhile((next) => !fenceLine.test(next))
      if (at === lines.length) throw new Error(`A code fence is not closed. It starts with: ${code[0]}`)
      at++
      blocks.push({ form: "code", lines: code })
    } else if (tableLine.test(line)) {
      const [head, , ...rows] = takeWhile((next) => tableLine.test(next)).map(parseTableRow)
      blocks.push({ form: "table", head: head ?? [], rows })
    } else if (quoteLine.test(line)) {
      const text = takeWhile((next) => quoteLine.test(next)).map((next) => next.replace(quoteLine, "$1"))
      blocks.push({ form: "quote", runs: parseRuns(text.join(" ")) })
    } else if (itemLine.test(line)) {
      blocks.push(parseList(takeWhile((next) => itemLine.test(next) || /^ +\S/.test(next))))
    } else {
      const text = takeWhile((next) => next.trim() !== "" && !startsAnotherBlock(next))
      blocks.push({ form: "paragraph", runs: parseRuns(text.join(" ")) })
    }
  }
  return blocks
}

function startsAnotherBlock(line: string): boolean {
  // As in CommonMark, only a list that starts with 1 interrupts a paragraph, so that a line can begin with "413.".
  return [headingLine, fenceLine, tableLine, quoteLine, /^(-|1\.) /].some((opening) => opening.test(line))
}

function parseList(lines: string[]): Block {
  const items: string[] = []
  for (const line of lines) {
    const item = itemLine.exec(line)
    if (item) items.push(item[2] ?? "")
    else items.push(`${items.pop()} ${line.trim()}`)
  }
  return { form: "list", ordered: /^\d/.test(lines[0] ?? ""), items: items.map(parseRuns) }
}

function parseTableRow(line: string): Run[][] {
  const cells = line.slice(1, -1).split(/(?<!\\)\|/)
  return cells.map((cell) => parseRuns(cell.trim().replaceAll("\\|", "|")))
}

const marked = /`([^`]+)`|\*\*([^*]+)\*\*|(?<!\w)_([^_]+)_(?!\w)|\[([^\]]+)\]\([^)]*\)/g

/** Code, strong and emphasized text. A link is reduced to its text. */
function parseRuns(text: string): Run[] {
  const runs: Run[] = []
  let end = 0
  for (const match of text.matchAll(marked)) {
    if (match.index > end) runs.push({ text: text.slice(end, match.index), style: "plain" })
    const [all, code, strong, emphasis, link] = match
    if (code !== undefined) runs.push({ text: code, style: "code" })
    else if (strong !== undefined) runs.push({ text: strong, style: "strong" })
    else if (emphasis !== undefined) runs.push({ text: emphasis, style: "emphasis" })
    else runs.push(...parseRuns(link ?? ""))
    end = match.index + all.length
  }
  if (end < text.length) runs.push({ text: text.slice(end), style: "plain" })
  return runs.map((run) => (run.style === "code" ? run : { ...run, text: curlQuotes(run.text) }))
}

export function textOf(runs: readonly Run[]): string {
  return runs.map((run) => run.text).join("")
}

function curlQuotes(text: string): string {
  return text
    .replace(/(^|[\s(])"/g, "$1\u201c")
    .replaceAll('"', "\u201d")
    .replace(/(^|[\s(])'/g, "$1\u2018")
    .replaceAll("'", "\u2019")
}

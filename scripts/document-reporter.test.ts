// What a person at a terminal sees of documents: bars that fit its width, rates, and one line at the end.
import { stripVTControlCharacters } from "node:util"
import type { Insights, Progress } from "@document-insight/protocol"
import { expect, onTestFinished, test, vi } from "vitest"
import { quietDocumentReporter, terminalDocumentReporter } from "./document-reporter.ts"
import { columnsOf, shorten, wrapText } from "./terminal-text.ts"

const progress = (pagesProcessed: number, change: Partial<Progress> = {}): Progress => ({
  status: "progress",
  documentId: "d",
  sequence: pagesProcessed,
  pagesProcessed,
  totalPages: 80,
  percentComplete: Math.floor((100 * pagesProcessed) / 80),
  timestamp: "",
  ...change,
})

const emptyInsights: Insights = {
  title: "Report",
  language: null,
  pages: 12,
  words: 0,
  characters: 0,
  readingMinutes: 0,
  summary: [],
  keyphrases: [],
  people: [],
  places: [],
  organizations: [],
  pagesWithoutText: [],
}

/** A terminal with this many columns, and the bars that were drawn on it. */
function terminal(columns: number) {
  let written = ""
  let time = 0
  const out = { isTTY: true, columns, write: (text: string) => (written += text) }
  const reporter = terminalDocumentReporter(out, () => time)
  return {
    reporter,
    pass: (ms: number) => (time += ms),
    raw: () => written,
    lines: () =>
      stripVTControlCharacters(written)
        .split(/[\r\n]+/)
        .filter(Boolean),
  }
}

test("replaces the bar of a file, with its rate and the time that is left", () => {
  const { reporter, pass, raw, lines } = terminal(100)
  reporter.uploading("report.pdf")
  for (const pages of [10, 20, 30]) {
    pass(1000)
    reporter.progress("report.pdf", progress(pages))
  }
  reporter.progress("report.pdf", progress(80, { status: "processing_complete" }))
  reporter.result({ fileName: "report.pdf", documentId: "d", outcome: "processing_complete" })
  expect(raw().match(/\n/g)).toHaveLength(1)
  expect(lines()[0]).toContain("uploading")
  expect(lines()[3]).toMatch(/^report\.pdf {2}━+─+ {3}37 % {2}30 of 80 pages, 10 pages\/s, 5 s left$/)
  expect(lines().at(-1)).toMatch(/^report\.pdf {2}━+ {2}100 % {2}complete, 80 of 80 pages$/)
})

test.each([20, 24, 40, 60, 80, 200])("draws no bar wider than %i columns, for a long name in any script", (columns) => {
  const { reporter, pass, lines } = terminal(columns)
  for (const fileName of [
    "a.pdf",
    `${"minutes-of-the-meeting-".repeat(6)}.pdf`,
    `${"品質管理の手引き".repeat(6)}.pdf`,
  ]) {
    reporter.uploading(fileName)
    for (const pages of [3, 41]) {
      pass(2000)
      reporter.progress(fileName, progress(pages))
    }
    reporter.progress(fileName, progress(80, { status: "processing_complete" }))
  }
  expect(lines().length).toBe(12)
  for (const line of lines()) expect(columnsOf(line)).toBeLessThan(columns)
})

test("keeps the width of the bar, and shortens the status instead of cutting it", () => {
  const { reporter, pass, lines } = terminal(60)
  reporter.uploading("a.pdf")
  for (const pages of [10, 20, 30]) {
    pass(1000)
    reporter.progress("a.pdf", progress(pages))
  }
  reporter.progress("a.pdf", progress(80, { status: "processing_complete" }))
  expect(new Set(lines().map((line) => line.match(/[━─]/g)?.length)).size).toBe(1)
  expect(lines()[3]).toMatch(/ {2}30 of 80 pages, 5 s left$/)
  expect(lines().join("\n")).not.toContain("…")
})

test("shows how far a bar is without colours", () => {
  const { reporter, lines } = terminal(80)
  reporter.progress("a.pdf", progress(40))
  expect(lines()[0]).toMatch(/━{10,}─{10,}/)
})

test("draws bars in colours, unless NO_COLOR forbids them", () => {
  onTestFinished(() => void vi.unstubAllEnvs())
  const drawn = () => {
    const { reporter, raw } = terminal(80)
    reporter.progress("a.pdf", progress(40))
    return raw()
  }
  vi.stubEnv("NO_COLOR", undefined)
  vi.stubEnv("FORCE_COLOR", "1")
  const colored = drawn()
  vi.stubEnv("FORCE_COLOR", undefined)
  vi.stubEnv("NO_COLOR", "1")
  const plain = drawn()
  expect(plain).toMatch(/━{10,}─{10,}/)
  expect(colored).not.toBe(plain)
  expect(stripVTControlCharacters(colored)).toBe(stripVTControlCharacters(plain))
})

test("replaces the bar by one sentence when a document fails or is interrupted", () => {
  const failed = terminal(80)
  const error = { errorCode: "ENCRYPTED", message: "The document is protected." } as const
  failed.reporter.uploading("a.pdf")
  failed.reporter.progress("a.pdf", progress(0, { status: "error", ...error }))
  failed.reporter.result({ fileName: "a.pdf", documentId: "d", outcome: "error", ...error })
  expect(failed.lines().at(-1)).toBe("a.pdf  ENCRYPTED: The document is protected.")

  const interrupted = terminal(80)
  interrupted.reporter.uploading("a.pdf")
  interrupted.reporter.result({ fileName: "a.pdf", documentId: null, outcome: "error", message: "Interrupted." })
  expect(stripVTControlCharacters(interrupted.raw())).toMatch(/\ra\.pdf {2}Interrupted\.\n$/)
  expect(interrupted.lines().at(-1)).toBe("a.pdf  Interrupted.")
})

test("takes a terminal that does not know its width for one of 80 columns", () => {
  const unknown = terminal(0)
  const usual = terminal(80)
  for (const { reporter } of [unknown, usual])
    reporter.insights("a.pdf", "d", { ...emptyInsights, title: "Long ".repeat(40) })
  expect(unknown.raw()).toBe(usual.raw())
})

test("wraps insights at the width of the terminal", () => {
  const insights: Insights = {
    title: "How the city heats its homes",
    language: "en",
    pages: 2,
    words: 900,
    characters: 9000,
    readingMinutes: 4,
    summary: [
      "District heating now reaches 41 percent of the homes of the city.",
      "品質は検査ではなく、工程で作り込むものである。",
    ],
    keyphrases: ["district heating", "heat pump", "supply temperature"].map((text) => ({ text, count: 2 })),
    people: [],
    places: [],
    organizations: [],
    pagesWithoutText: [2],
    outline: [
      { text: "Where the heat comes from and what it costs", level: 1, page: 1 },
      { text: "品質管理の手引きと工程の記録について", level: 2, page: 2 },
    ],
    links: [
      { url: "https://example.com/a/very/long/address/that/no/narrow/terminal/can/show?with=a&query=too", page: 1 },
    ],
  }
  for (const columns of [30, 50, 120]) {
    const { reporter, lines } = terminal(columns)
    reporter.insights("a.pdf", "d", insights)
    for (const line of lines()) expect(columnsOf(line)).toBeLessThanOrEqual(Math.min(96, columns))
    expect(lines().join(" ").replaceAll(/\s+/g, " ")).toContain("reaches 41 percent of the homes")
  }
})

test("lists the outline with pages, the first dates and amounts, and one link per line", () => {
  const { reporter, lines } = terminal(80)
  const dates = ["1 May 2026", "2 May", "3 May", "4 May", "5 May", "6 May", "7 May"]
  reporter.insights("a.pdf", "d", {
    title: "Report",
    language: "th",
    pages: 12,
    words: 30_000,
    characters: 9000,
    readingMinutes: 131,
    summary: [],
    keyphrases: [],
    people: [],
    places: [],
    organizations: [],
    pagesWithoutText: [],
    outline: [
      { text: "Introduction", level: 1, page: 1 },
      { text: "Method", level: 2, page: 9 },
      { text: "Results", level: 1, page: 12 },
      ...Array.from({ length: 10 }, () => ({ text: "Appendix", level: 1 })),
    ],
    dates: dates.map((text) => ({ text, date: "2026-05-01", page: 1 })),
    amounts: [{ text: "€1,234.50", currency: "EUR", value: 1234.5, page: 1 }],
    links: [
      { url: "https://example.com/a", page: 1 },
      { url: "mailto:info@example.com", page: 1 },
    ],
  })
  const appendix = "                  Appendix"
  expect(lines()).toEqual([
    "Report",
    "12 pages · 30,000 words · 2 h 11 min reading time · Thai",
    "No summary for this language: a text in Thai does not mark where its sentences",
    "end.",
    "Outline        1  Introduction",
    "              12  Results",
    ...[1, 2, 3, 4, 5, 6].map(() => appendix),
    "                  and 5 more",
    "Dates         1 May 2026, 2 May, 3 May, 4 May, 5 May, and 2 more",
    "Amounts       €1,234.50",
    "Links         https://example.com/a",
    "              info@example.com",
  ])
})

test("indents the headings of an outline that is short", () => {
  const { reporter, lines } = terminal(80)
  const outline = [
    { text: "Introduction", level: 1, page: 1 },
    { text: "Method", level: 2, page: 12 },
  ]
  reporter.insights("a.pdf", "d", { ...emptyInsights, outline })
  expect(lines().slice(-2)).toEqual(["Outline        1  Introduction", "              12    Method"])
})

test("prints one line per file when it is quiet", () => {
  let written = ""
  const reporter = quietDocumentReporter({ write: (text) => (written += text) })
  reporter.uploading("a.pdf")
  reporter.progress("a.pdf", progress(3))
  reporter.result({ fileName: "a.pdf", documentId: "d", outcome: "processing_complete" })
  reporter.result({ fileName: "b.pdf", documentId: null, outcome: "refused", message: "The file is empty." })
  expect(written).toBe("a.pdf  complete\nb.pdf  The file is empty.\n")
})

test("measures and shortens text by columns", () => {
  expect([columnsOf("abc"), columnsOf("手引"), columnsOf("e\u0301"), columnsOf("📄")]).toEqual([3, 4, 1, 2])
  expect(shorten("minutes-2026.pdf", 16)).toBe("minutes-2026.pdf")
  expect(shorten("minutes-of-march-2026.pdf", 12)).toBe("minute…6.pdf")
  expect(columnsOf(shorten("品質管理の手引き.pdf", 11))).toBeLessThanOrEqual(11)
  expect(wrapText("one two three", 9)).toBe("  one two\n  three")
})

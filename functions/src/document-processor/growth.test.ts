// Time of each reader and of the insights grows at most linearly with the input, and memory stays bounded, whatever short
// pattern the input repeats.

import fc from "fast-check"
import { zipSync } from "fflate"
import { beforeAll, describe, expect, test } from "vitest"
import { fieldReport } from "../../test/field-report.ts"
import { contentTypes, repeated } from "../../test/hostile-files/hostile-file.ts"
import { superlinearGrowth } from "../../test/hostile-files/measure-growth.ts"
import { compressed, onePage } from "../../test/hostile-files/write-pdf.ts"
import { extractInsights } from "./insights/extract-insights.ts"
import { processDocument } from "./process-document.ts"
import { openDocument } from "./read/open-document.ts"

const isOutOfTime = () => false
// Seconds of CPU time, which may be a minute on a busy machine.
const timeout = 120_000

/** Short patterns of pieces that mean something to a format. */
function patterns(pieces: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.constantFrom(...pieces), fc.constantFrom("a", "A", " ", "\n", "1", ".", "é"))
  return fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""))
}

const text = patterns(["\f", "\r\n", "\t", "-", "-\n", "e.g. ", "Dr. ", "A. ", '"', ")", "漢", "page 1\n", "• "])
const markdown = patterns([
  "#",
  "# ",
  "[",
  "]",
  "(",
  ")",
  "![",
  "*",
  "**",
  "__",
  "`",
  "```",
  "~~~",
  "|",
  "-",
  "> ",
  "<!--",
  "-->",
  "---\n",
])
const html = patterns([
  "<",
  ">",
  "<div>",
  "</div>",
  "<p>",
  "</p>",
  "<b>",
  "<br>",
  "<nav>",
  "</nav>",
  "<svg>",
  "<title>",
  "<!--",
  "-->",
  "&amp;",
  "&",
  "<a b=",
  "/>",
  "<script>",
  "<table>",
])
const word = patterns([
  "<w:p>",
  "</w:p>",
  "<w:r>",
  "<w:t>",
  "</w:t>",
  "<w:tab/>",
  "<w:pPr>",
  "</w:pPr>",
  "<w:tbl>",
  "<w:txbxContent>",
  "<w:del>",
  "&amp;",
  "<!--",
  "<![CDATA[",
  "<x ",
])
const pdf = patterns([
  "BT ",
  "ET ",
  "(a) Tj ",
  "9 0 Td ",
  "q ",
  "Q ",
  "0 0 m ",
  "9 9 l ",
  "S ",
  "W n ",
  "[",
  "<<",
  "/F 9 Tf ",
  "cm ",
])

const docx = (body: Uint8Array) => {
  const start = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
  const part = Buffer.concat([Buffer.from(start), body, Buffer.from("</w:body></w:document>")])
  return zipSync({ "word/document.xml": part }, { level: 1 })
}

type Format = [
  name: string,
  fc.Arbitrary<string>,
  keyof typeof contentTypes,
  (pattern: string, bytes: number) => Uint8Array,
]

const formats: Format[] = [
  ["plain text", text, "text", repeated],
  ["Markdown", markdown, "markdown", repeated],
  ["HTML", html, "html", repeated],
  ["Word", word, "docx", (pattern, bytes) => docx(repeated(pattern, bytes))],
  ["PDF", pdf, "pdf", (pattern, bytes) => onePage(compressed(pattern, bytes, "BT /F 9 Tf "))],
]

describe("time grows at most linearly with the input", () => {
  beforeAll(async () => {
    // Loads and compiles what is loaded lazily.
    await extractInsights({ title: null, pages: [fieldReport], isOutOfTime })
    for (const [, , type, make] of formats) await readAll(make("a ", 1_000), type)
  })

  test.each(formats)("reading %s", { timeout }, async (_, arbitrary, type, make) => {
    const read = (pattern: string) => (characters: number) => readAll(make(pattern, characters), type)
    await fc.assert(
      fc.asyncProperty(arbitrary.filter(hasFewPages), async (pattern) => {
        expect(await superlinearGrowth(read(pattern))).toBeUndefined()
      }),
      { numRuns: 15 },
    )
  })

  test("extracting insights", { timeout }, async () => {
    const words = fc.constantFrom(
      "Maria ",
      "Keller ",
      "of ",
      "London ",
      "the ",
      "river ",
      "rose ",
      "well-known ",
      "it. ",
      "He ",
    )
    const prose = fc.array(words, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""))
    const extract = (pattern: string) => (characters: number) =>
      extractInsights({ title: null, pages: [repeated(pattern, characters).toString()], isOutOfTime })
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, prose), async (pattern) => {
        expect(await superlinearGrowth(extract(pattern), 10_000)).toBeUndefined()
      }),
      { numRuns: 12 },
    )
  })
})

/** A rejected document counts as read: only its time matters. */
async function readAll(bytes: Uint8Array, type: keyof typeof contentTypes): Promise<void> {
  try {
    const document = await openDocument(bytes, contentTypes[type])
    for (const page of document.pages()) expect(typeof page).toBe("string")
    document.close()
  } catch (error) {
    expect(error).toMatchObject({ name: "DocumentError" })
  }
}

test.each(formats)(
  "memory stays below 200 MB while 2 MB of %s are read and analyzed",
  { timeout },
  async (_, arbitrary, type, make) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (pattern) => {
        const reading = processDocument({
          bytes: make(pattern, 2_000_000),
          contentType: contentTypes[type],
          isOutOfTime,
          limits: { memoryBytes: 200 * 2 ** 20 },
        })
        const outcome = await lastStep(reading).catch((error) => error.errorCode)
        // A damaged or empty file is an outcome; running out of memory or time is not.
        expect(["complete", "CORRUPT", "EMPTY", "UNSUPPORTED_TYPE"]).toContain(outcome)
      }),
      { numRuns: 3 },
    )
  },
)

async function lastStep(reading: AsyncGenerator): Promise<"complete"> {
  for (let step = await reading.next(); !step.done; step = await reading.next());
  return "complete"
}

/** A million form feeds make more pages than are read. */
function hasFewPages(pattern: string): boolean {
  return !pattern.includes("\f")
}

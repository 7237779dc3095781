// The PDF files of the corpus: a story in each language, and what makes PDF files hard to read.
import { unmappedFont } from "../hostile-files/write-pdf.ts"
import { makePdf } from "../make-documents.ts"

import type { CorpusFile } from "./corpus-file.ts"
import { writeFormPdf } from "./form-pdf.ts"
import { stories } from "./stories.ts"
import { expectationOf } from "./text-files.ts"
import { typeset, writeUnicodePdf } from "./unicode-pdf.ts"

const inEachLanguage: CorpusFile[] = Object.entries(stories).map(([language, story]) => ({
  name: `story-${language}.pdf`,
  make: () => writeUnicodePdf([{ lines: typeset([story.title, ...story.paragraphs]) }]),
  expected: { ...expectationOf(language, story), pages: 1, pagesWithoutText: [], unreadablePages: [] },
}))

const { en, de, ru } = stories
const page = (paragraph: string) => ({ lines: typeset([paragraph]) })
const blank = { lines: [] }
const scan = { lines: [], hasImage: true }

const inHeaders = (paragraph: string, at: number) => ({
  lines: ["Works report of the town", "", ...typeset([paragraph]), `Printed by Press and Sons – page ${at + 1} of 6`],
})

const hardToRead: CorpusFile[] = [
  {
    name: "repeated-headers.pdf",
    make: () => writeUnicodePdf([...en.paragraphs, ...en.paragraphs].map(inHeaders), { title: "Works report" }),
    expected: {
      language: "en",
      title: "Works report",
      pages: 6,
      phrase: "bridge",
      hasSummary: true,
      furniture: ["Printed by", "Press and Sons", "Works report of"],
    },
  },
  {
    name: "duplex-scan.pdf",
    make: () => writeUnicodePdf(de.paragraphs.flatMap((paragraph) => [{ ...page(paragraph), hasImage: true }, blank])),
    expected: { language: "de", pages: 6, texts: de.paragraphs, hasSummary: true, pagesWithoutText: [2, 4, 6] },
  },
  {
    name: "scan-without-text.pdf",
    make: () => writeUnicodePdf([scan, scan, scan]),
    expected: { language: null, title: null, pages: 3, hasSummary: false, pagesWithoutText: [1, 2, 3] },
  },
  {
    name: "font-without-map.pdf",
    make: () => unmappedFont(en.paragraphs.map((paragraph) => typeset([paragraph]).join("\n"))),
    expected: { language: null, pages: 3, hasSummary: false, unreadablePages: [1, 2, 3], pagesWithoutText: [] },
  },
  {
    name: "private-use-glyphs.pdf",
    make: () => {
      const glyphs = typeset([en.paragraphs[0]]).map((line) =>
        line.replace(/\w/g, (letter) => String.fromCharCode(0xe000 + letter.charCodeAt(0))),
      )
      return writeUnicodePdf([
        page(ru.paragraphs[0]),
        { lines: glyphs },
        page(ru.paragraphs[1]),
        page(ru.paragraphs[2]),
      ])
    },
    expected: { language: "ru", pages: 4, texts: ru.paragraphs, hasSummary: true, unreadablePages: [2] },
  },
  {
    name: "form.pdf",
    make: () => writeFormPdf({ label: "Name of the applicant", value: "Nora Lindqvist" }),
    expected: { pages: 1, texts: ["Name of the applicant", "Nora Lindqvist"] },
  },
  {
    name: "invoice-with-bookmarks.pdf",
    make: () =>
      makePdf(
        ["Rechnung vom 26.11.2026 über 1.234,50 €", "Fragen an office@example.com\n(https://example.com/hilfe)."],
        {
          bookmarks: [
            { text: "Rechnung", level: 1, page: 1 },
            { text: "Fragen", level: 2, page: 2 },
          ],
        },
      ),
    expected: {
      pages: 2,
      outline: [
        { text: "Rechnung", level: 1, page: 1 },
        { text: "Fragen", level: 2, page: 2 },
      ],
      dates: [{ date: "2026-11-26", text: "26.11.2026", page: 1 }],
      amounts: [{ currency: "EUR", value: 1234.5, text: "1.234,50 €", page: 1 }],
      links: [
        { url: "mailto:office@example.com", page: 2 },
        { url: "https://example.com/hilfe", page: 2 },
      ],
    },
  },
  {
    name: "password.pdf",
    make: () => makePdf([en.paragraphs[0]], { password: "secret" }),
    expected: { errorCode: "ENCRYPTED" },
  },
  {
    name: "cut-off.pdf",
    make: async () => (await makePdf([en.paragraphs[0]])).subarray(0, 80),
    expected: { errorCode: "CORRUPT" },
  },
]

export const pdfFiles: readonly CorpusFile[] = [...inEachLanguage, ...hardToRead]

// The office documents and e-books of the corpus.
import { encodeText } from "../encode-text.ts"
import {
  coreProperties,
  makeArchive,
  makeEpub,
  makeOpenDocument,
  makePptx,
  makeXlsx,
  relationships,
} from "../make-archives.ts"
import { makeDoc } from "../make-doc.ts"
import { makeDocx } from "../make-documents.ts"
import type { CorpusFile } from "./corpus-file.ts"
import { type Language, stories } from "./stories.ts"
import { expectationOf } from "./text-files.ts"

function docx(language: Language): CorpusFile {
  const { title, paragraphs } = stories[language]
  return {
    name: `story-${language}.docx`,
    make: () => makeDocx([title, ...paragraphs]),
    expected: expectationOf(language, stories[language]),
  }
}

const wordParagraph = (content: string) => `<w:p>${content}</w:p>`
const run = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`

/** A Word document with a header on each page, a footnote, a comment, and changes that are tracked. */
function docxWithNotes(): Uint8Array {
  const { title, paragraphs } = stories.de
  const changed = `<w:del><w:r><w:delText>Das steht nicht mehr da.</w:delText></w:r></w:del><w:ins>${run("Das kam hinzu.")}</w:ins>`
  return makeArchive({
    "_rels/.rels": relationships([
      ["officeDocument", "word/document.xml"],
      ["metadata/core-properties", "docProps/core.xml"],
    ]),
    "docProps/core.xml": coreProperties(title, "Nora Lindqvist"),
    "word/document.xml": `<w:document>${paragraphs.map((text) => wordParagraph(run(text))).join("")}${wordParagraph(changed)}</w:document>`,
    "word/_rels/document.xml.rels": relationships([
      ["header", "header1.xml"],
      ["footnotes", "footnotes.xml"],
      ["endnotes", "endnotes.xml"],
      ["comments", "comments.xml"],
    ]),
    "word/header1.xml": `<w:hdr>${wordParagraph(run("Bauamt"))}</w:hdr>`,
    "word/footnotes.xml": `<w:footnotes><w:footnote>${wordParagraph(run("Nach dem Plan von 1911."))}</w:footnote></w:footnotes>`,
    "word/endnotes.xml": `<w:endnotes><w:endnote>${wordParagraph(run("Siehe das Protokoll."))}</w:endnote></w:endnotes>`,
    "word/comments.xml": `<w:comments><w:comment>${wordParagraph(run("Stimmt das Jahr?"))}</w:comment></w:comments>`,
  })
}

/** RTF with the characters of a code page as hexadecimal escapes. */
function rtf(language: Language, { codePage, encoding }: { codePage: number; encoding: string }): CorpusFile {
  const escaped = (text: string) =>
    [...encodeText(text, encoding)]
      .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\'${byte.toString(16).padStart(2, "0")}`))
      .join("")
  const { title, paragraphs } = stories[language]
  const body = [title, ...paragraphs].map(escaped).join("\\par\n")
  return {
    name: `story-${language}-${encoding}.rtf`,
    make: () =>
      Buffer.from(
        `{\\rtf1\\ansi\\ansicpg${codePage}{\\fonttbl{\\f0 Arial;}}{\\header Seite}\\f0 ${body}\\par}`,
        "latin1",
      ),
    expected: { ...expectationOf(language, stories[language]), furniture: ["Arial"] },
  }
}

/** The format of Word before 2007. */
function doc(language: Language): CorpusFile {
  const { title, paragraphs } = stories[language]
  return {
    name: `story-${language}.doc`,
    make: () => makeDoc({ body: [title, ...paragraphs].map((text) => `${text}\r`) }),
    expected: expectationOf(language, stories[language]),
  }
}

const { it, fr, ja, hi, pt, tr, zh, pl, es } = stories
const textParagraph = (text: string) => `<text:p>${text}</text:p>`
const sheet = (name: string, rows: string[][]) =>
  `<table:table table:name="${name}">${rows.map((row) => `<table:table-row>${row.map((cell) => `<table:table-cell>${textParagraph(cell)}</table:table-cell>`).join("")}</table:table-row>`).join("")}</table:table>`

export const officeFiles: readonly CorpusFile[] = [
  docx("ko"),
  docx("ar"),
  docx("th"),
  doc("de"),
  doc("uk"),
  {
    name: "notes-and-changes.docx",
    make: docxWithNotes,
    expected: {
      ...expectationOf("de", stories.de),
      texts: [
        "Bauamt",
        ...stories.de.paragraphs,
        "Das kam hinzu.",
        "Nach dem Plan von 1911.",
        "Siehe das Protokoll.",
        "Stimmt das Jahr?",
      ],
      furniture: ["Das steht nicht mehr da"],
      people: ["Nora Lindqvist"],
    },
  },
  {
    name: "slides-fr.pptx",
    make: () =>
      makePptx(
        fr.paragraphs.map((text, at) => ({ text: [`${fr.title} ${at + 1}`, text], notes: "Parler lentement." })),
        fr.title,
      ),
    expected: { ...expectationOf("fr", fr), texts: fr.paragraphs, pages: 3 },
  },
  {
    name: "slides-ja.pptx",
    make: () =>
      makePptx(
        ja.paragraphs.map((text) => ({ text: [text] })),
        ja.title,
      ),
    expected: { ...expectationOf("ja", ja), texts: ja.paragraphs, pages: 3 },
  },
  {
    name: "stations-zh.xlsx",
    make: () =>
      makeXlsx([
        {
          name: "水位",
          rows: [
            ["站", "高度"],
            ["上游", 12.5],
          ],
        },
        { name: "备注", rows: [[zh.paragraphs[0]]] },
      ]),
    expected: { language: "zh", pages: 2, texts: ["水位", "上游", "12.5", zh.paragraphs[0]] },
  },
  {
    name: "numbers.xlsx",
    make: () => makeXlsx([{ name: "Data", rows: Array.from({ length: 200 }, (_, row) => [row, row * 1.5, -row]) }]),
    expected: { language: null, pages: 1, texts: ["199", "298.5", "-199"], hasSummary: false, unreadablePages: [] },
  },
  {
    name: "story-it.odt",
    make: () => makeOpenDocument("text", `<text:h>${it.title}</text:h>${it.paragraphs.map(textParagraph).join("")}`),
    expected: expectationOf("it", it),
  },
  {
    name: "stations.ods",
    make: () =>
      makeOpenDocument(
        "spreadsheet",
        sheet("Pegel", [
          ["Ort", "Höhe"],
          ["Mühle", "3,5"],
        ]),
        "Pegel",
      ),
    expected: { title: "Pegel", pages: 1, texts: ["Ort", "Höhe", "Mühle", "3,5"], hasSummary: false },
  },
  {
    name: "slides-pt.odp",
    make: () =>
      makeOpenDocument(
        "presentation",
        pt.paragraphs.map((text) => `<draw:page>${textParagraph(text)}</draw:page>`).join(""),
        pt.title,
      ),
    expected: { ...expectationOf("pt", pt), texts: pt.paragraphs, pages: 3 },
  },
  {
    name: "book-hi.epub",
    make: () =>
      makeEpub(
        hi.paragraphs.map((text) => `<p>${text}</p>`),
        { title: hi.title },
      ),
    expected: { ...expectationOf("hi", hi), texts: hi.paragraphs, pages: 3 },
  },
  {
    name: "book-tr.epub",
    make: () => makeEpub([`<h1>${tr.title}</h1>`, ...tr.paragraphs.map((text) => `<p>${text}</p>`)]),
    expected: expectationOf("tr", tr),
  },
  {
    name: "encrypted-book.epub",
    make: () =>
      makeEpub([pl.paragraphs[0]], {
        files: {
          "META-INF/encryption.xml": `<encryption><CipherReference URI="OEBPS/chapter%201.xhtml"/></encryption>`,
        },
      }),
    expected: { errorCode: "ENCRYPTED" },
  },
  rtf("ru", { codePage: 1251, encoding: "windows-1251" }),
  rtf("el", { codePage: 1253, encoding: "windows-1253" }),
  rtf("pl", { codePage: 1250, encoding: "windows-1250" }),
  {
    name: "story-es.rtf",
    make: () =>
      Buffer.from(
        `{\\rtf1{\\info{\\title ${es.title}}}${es.paragraphs.join("\\page ").replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0)}?`)}}`,
      ),
    expected: { ...expectationOf("es", es), texts: es.paragraphs, pages: 3 },
  },
]

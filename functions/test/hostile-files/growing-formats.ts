// The formats of documents for tests of growth, each with short patterns that a document of any size repeats.
import fc from "fast-check"
import { zipSync } from "fflate"
import { DocumentError } from "../../src/document-processor/document-error.ts"
import { openDocument } from "../../src/document-processor/read/open-document.ts"
import { relationships } from "../make-archives.ts"
import { makeDoc } from "../make-doc.ts"
import { contentTypes, repeated } from "./hostile-file.ts"
import { compressed, onePage } from "./write-pdf.ts"

/** A short pattern between two ends that may differ from it: "a", then many spaces, then "b". */
export type Repetition = { start: string; pattern: string; end: string }

const always = ["a", "A", " ", "\n", "1", ".", "é"]
export const inText = ["\f", "\r\n", "\t", "-", "-\n", "e.g. ", "Dr. ", "A. ", '"', ")", "漢", "page 1\n", "• "]
const inMarkdown = "#|# |# a|[|]|(|)|![|*|**|__|`|```|~~~|-|> |<!--|-->|---\n".split("|").concat("|")
const inHtml =
  "< > <div> </div> <p> </p> <b> <br> <nav> </nav> <svg> <title> <!-- --> &amp; & <a /> <script> <table>".split(" ")
const inWord =
  "<w:p> </w:p> <w:r> <w:t> </w:t> <w:tab/> <w:pPr> </w:pPr> <w:tbl> <w:txbxContent> <w:del> &amp; <!-- <![CDATA[ <x".split(
    " ",
  )
const inJson = ['"', "\\", "\\u00e9", "{", "}", "[", "]", ":", ",", '"a":', "12"]
const inXml = ["<a>", "</a>", "<title>", "</title>", "<a/>", "&amp;", "<!-- ", "<![CDATA[", "<!DOCTYPE a [", "]>", "<x"]
const inPdf = ["BT ", "ET ", "(a) Tj ", "9 0 Td ", "q ", "Q ", "0 0 m ", "9 9 l ", "S ", "W n ", "[", "<<", "/F 9 Tf "]

export function repetitions(pieces: readonly string[]): fc.Arbitrary<Repetition> {
  const piece = fc.oneof(fc.constantFrom(...pieces), fc.constantFrom(...always))
  const edge = fc.oneof(fc.constant(""), piece)
  const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""))
  return fc.record({ start: edge, pattern, end: edge })
}

export function bytesOf({ start, pattern, end }: Repetition, bytes: number): Buffer {
  return Buffer.concat([Buffer.from(start), repeated(pattern, bytes), Buffer.from(end)])
}

function docxOf(input: Repetition, bytes: number): Uint8Array {
  const start = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
  const body = bytesOf(input, bytes)
  const part = Buffer.concat([Buffer.from(start), body, Buffer.from("</w:body></w:document>")])
  return zipSync({ "word/document.xml": part }, { level: 1 })
}

function pdfOf({ start, pattern, end }: Repetition, bytes: number): Uint8Array {
  return onePage(compressed(pattern, bytes, `BT /F 9 Tf ${start}`, end))
}

const inSlides = "<a:p> </a:p> <a:t> </a:t> <a:fld> </a:fld> <a:br/> &amp; <x".split(" ")
const inSheets = "<row> </row> <c> </c> <v> </v> <c t='s'><v>0</v></c> <is> <t> </t> &amp;".split(" ")
const inOpenDocument =
  "<text:p> </text:p> <text:tab/> <table:table> </table:table> <office:annotation> <draw:page> </draw:page>".split(" ")
const inRtf = ["{", "}", "\\", "\\'", "\\'e9", "\\u8364", "\\uc9", "\\bin", "\\bin9", "\\f1", "\\par", "\\*", "\\pict"]
const inDoc = ["\r", "\x07", "\x0b", "\x0c", "\x13", "\x14", "\x15", "\x01", "\x1e"]
const inEml = [
  "\r\n",
  "From: a",
  "Subject: ",
  "=?utf-8?q?a?=",
  "--b",
  "Content-Type: multipart/mixed; boundary=b",
  ";",
  ",",
  "<",
  ">",
  "(",
  "=",
]

const archiveOf =
  (name: string, parts: (content: string) => Record<string, string>) => (input: Repetition, bytes: number) => {
    const made = parts(bytesOf(input, bytes).toString())
    return zipSync(
      Object.fromEntries(
        Object.entries({ ...made, [`${name}.txt`]: "" }).map(([file, text]) => [file, Buffer.from(text)]),
      ),
      { level: 1 },
    )
  }

const pptxOf = archiveOf("pptx", (content) => ({
  "_rels/.rels": relationships([["officeDocument", "ppt/presentation.xml"]]),
  "ppt/presentation.xml": `<p:presentation><p:sldId r:id="r0"/></p:presentation>`,
  "ppt/_rels/presentation.xml.rels": relationships([["slide", "slide.xml"]]),
  "ppt/slide.xml": `<p:sld>${content}</p:sld>`,
}))
const xlsxOf = archiveOf("xlsx", (content) => ({
  "_rels/.rels": relationships([["officeDocument", "xl/workbook.xml"]]),
  "xl/workbook.xml": `<workbook><sheet name="A" r:id="r0"/></workbook>`,
  "xl/_rels/workbook.xml.rels": relationships([
    ["worksheet", "sheet.xml"],
    ["sharedStrings", "sheet.xml"],
  ]),
  "xl/sheet.xml": `<si><t>${content}</t></si>${content}`,
}))
const odtOf = archiveOf("odt", (content) => ({
  mimetype: contentTypes.odt,
  "content.xml": `<office:body>${content}</office:body>`,
}))
const epubOf = archiveOf("epub", (content) => ({
  mimetype: contentTypes.epub,
  "META-INF/container.xml": `<rootfile full-path="a.opf"/>`,
  "a.opf": `<package><item id="a" href="a.html"/><itemref idref="a"/></package>`,
  "a.html": content,
}))
const docOf = (input: Repetition, bytes: number) => makeDoc({ body: [bytesOf(input, bytes).toString("latin1")] })
const rtfOf = (input: Repetition, bytes: number) =>
  Buffer.concat([Buffer.from("{\\rtf1 "), bytesOf(input, bytes), Buffer.from("}")])
const emlOf = (input: Repetition, bytes: number) =>
  Buffer.concat([Buffer.from("Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n"), bytesOf(input, bytes)])

type Format = {
  name: string
  pieces: readonly string[]
  type: keyof typeof contentTypes
  make(input: Repetition, bytes: number): Uint8Array
  runs: number
  /** Default 200. PDF has the memory of its engine, Excel its strings and its cells, an e-mail an object for each line. */
  memoryMb?: number
  /** What once took quadratic time. */
  known: readonly Repetition[]
}

export const repetition = (pattern: string, start = "", end = ""): Repetition => ({ start, pattern, end })
export const knownInText = [repetition("\f", "a", "a"), repetition("\n", "", "a"), repetition("A. "), repetition("a. ")]
const knownInMarkdown = [
  repetition("#", "# a", "a"),
  repetition("# a####\n"),
  repetition("# a\n[b](https://a.b)"),
  repetition("["),
  repetition("`", "", "a"),
]
const knownInHtml = [
  repetition(" ", "", "\na"),
  repetition("<div>"),
  repetition("</p>", "<div>"),
  repetition("<h1>a<a href=https://a.b>"),
]
const knownInWord = [repetition("<w:p>"), repetition("<w:p><w:r><w:t>a</w:t></w:r></w:p>")]

export const formats: Format[] = [
  { name: "plain text", pieces: inText, type: "text", make: bytesOf, runs: 40, known: knownInText },
  { name: "Markdown", pieces: inMarkdown, type: "markdown", make: bytesOf, runs: 40, known: knownInMarkdown },
  { name: "HTML", pieces: inHtml, type: "html", make: bytesOf, runs: 40, known: knownInHtml },
  {
    name: "JSON",
    pieces: inJson,
    type: "json",
    make: bytesOf,
    runs: 20,
    known: [repetition("\\", '"'), repetition('"')],
  },
  {
    name: "XML",
    pieces: inXml,
    type: "xml",
    make: bytesOf,
    runs: 20,
    known: [repetition("<!DOCTYPE a ["), repetition("<a> ")],
  },
  { name: "Word", pieces: inWord, type: "docx", make: docxOf, runs: 20, known: knownInWord },
  { name: "PowerPoint", pieces: inSlides, type: "pptx", make: pptxOf, runs: 10, known: [] },
  {
    name: "Excel",
    pieces: inSheets,
    type: "xlsx",
    make: xlsxOf,
    runs: 10,
    memoryMb: 300,
    known: [repetition("<v></c>a")],
  },
  { name: "OpenDocument", pieces: inOpenDocument, type: "odt", make: odtOf, runs: 10, known: [] },
  { name: "EPUB", pieces: inHtml, type: "epub", make: epubOf, runs: 10, known: [] },
  { name: "Word before 2007", pieces: inDoc, type: "doc", make: docOf, runs: 10, known: [repetition("\x13\x14")] },
  { name: "RTF", pieces: inRtf, type: "rtf", make: rtfOf, runs: 20, known: [repetition("{"), repetition("\\'e9")] },
  {
    name: "e-mail",
    pieces: inEml,
    type: "eml",
    make: emlOf,
    runs: 20,
    memoryMb: 600,
    known: [repetition("\r\n--b\r\n")],
  },
  // Each document starts an instance of the engine.
  { name: "PDF", pieces: inPdf, type: "pdf", make: pdfOf, runs: 10, memoryMb: 300, known: [] },
]

/** A rejected document counts as read: only its time matters. */
export async function readAll(bytes: Uint8Array, type: keyof typeof contentTypes): Promise<void> {
  try {
    const document = await openDocument(bytes, contentTypes[type])
    for (const page of document.pages()) if (typeof page !== "string") throw new Error("A page is not text.")
    document.structure?.()
    document.close()
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error
  }
}

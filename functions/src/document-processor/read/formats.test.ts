// Reads presentations, workbooks, OpenDocument files, e-books, RTF and e-mail.
import { expect, test } from "vitest"
import { encodeText } from "../../../test/encode-text.ts"
import { damaged } from "../../../test/hostile-files/hostile-file.ts"
import {
  coreProperties,
  makeArchive,
  makeEpub,
  makeOpenDocument,
  makePptx,
  makeXlsx,
  relationships,
} from "../../../test/make-archives.ts"
import { makePdf } from "../../../test/make-documents.ts"
import { openDocument } from "./open-document.ts"

// The declared type does not decide.
const anyType = "application/octet-stream"

async function read(bytes: Uint8Array | string, contentType = anyType) {
  const document = await openDocument(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes, contentType)
  const pages = [...document.pages()].map((page) => page.trim())
  document.close()
  expect(pages).toHaveLength(document.totalPages)
  return { title: document.title, pages }
}

const rejected = (bytes: Uint8Array | string, errorCode: string, contentType = anyType) =>
  expect(read(bytes, contentType)).rejects.toMatchObject({ name: "DocumentError", errorCode })

test("a presentation has a page for each slide, in its own order, with the speaker's notes", async () => {
  const pptx = makePptx(
    [{ text: ["Relay stations", "Along the river"], notes: "Say hello." }, { text: ["Second"] }],
    "Rivers",
  )
  expect(await read(pptx)).toEqual({
    title: "Rivers",
    pages: ["Relay stations\n\nAlong the river\n\n\n\nSay hello.", "Second"],
  })
})

test("a presentation without slides is empty, and one whose slide is missing is damaged", async () => {
  await rejected(makePptx([]), "EMPTY")
  const parts = {
    "_rels/.rels": relationships([["officeDocument", "ppt/presentation.xml"]]),
    "ppt/presentation.xml": `<p:presentation><p:sldId r:id="r0"/></p:presentation>`,
    "ppt/_rels/presentation.xml.rels": relationships([["slide", "slides/none.xml"]]),
  }
  await rejected(makeArchive(parts), "CORRUPT")
})

test("a workbook has a page for each sheet, a line for each row and a tab between cells", async () => {
  const xlsx = makeXlsx([
    {
      name: "Stations",
      rows: [
        ["Name", "Height"],
        ["Upper weir", 12.5],
      ],
    },
    { name: "Empty", rows: [] },
  ])
  expect((await read(xlsx)).pages).toEqual(["Stations\n\nName\tHeight\nUpper weir\t12.5", "Empty"])
})

test("cells hold texts of their own and results of formulas; errors and phonetic guides are left out", async () => {
  const xlsx = makeArchive({
    "_rels/.rels": relationships([["officeDocument", "/xl/workbook.xml"]]),
    "xl/workbook.xml": `<workbook><sheets><sheet name="A" r:id="r0"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationships([
      ["worksheet", "sheet.xml"],
      ["sharedStrings", "strings.xml"],
    ]),
    "xl/strings.xml": `<sst><si><r><t>東</t></r><r><t>京</t></r><rPh><t>トウキョウ</t></rPh></si></sst>`,
    "xl/sheet.xml": `<worksheet><sheetData><row><c t="inlineStr"><is><t>own</t></is></c><c t="s"><v>0</v></c><c t="str"><f>A1&amp;"x"</f><v>ownx</v></c><c t="e"><v>#REF!</v></c><c t="s"><v>9</v></c></row></sheetData></worksheet>`,
  })
  expect((await read(xlsx)).pages).toEqual(["A\n\nown\t東京\townx"])
})

test("a workbook whose cells repeat a long text is too large", async () => {
  const cells = `<c t="s"><v>0</v></c>`.repeat(700)
  const xlsx = makeArchive({
    "_rels/.rels": relationships([["officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `<workbook><sheets><sheet name="A" r:id="r0"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationships([
      ["worksheet", "sheet.xml"],
      ["sharedStrings", "strings.xml"],
    ]),
    "xl/strings.xml": `<sst><si><t>${"a".repeat(100_000)}</t></si></sst>`,
    "xl/sheet.xml": `<worksheet><row>${cells}</row></worksheet>`,
  })
  await rejected(xlsx, "TOO_LARGE")
})

test("an OpenDocument text is read without deleted text", async () => {
  const body = `<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>Heading</text:h><text:p>One<text:tab/>two<text:s/>three<text:line-break/>four &amp; five</text:p>`
  expect(await read(makeOpenDocument("text", body, "A title"))).toEqual({
    title: "A title",
    pages: ["Heading\n\nOne\ttwo three\nfour & five"],
  })
})

test("an OpenDocument spreadsheet has a page for each sheet, a presentation one for each slide", async () => {
  const cell = (text: string) => `<table:table-cell><text:p>${text}</text:p></table:table-cell>`
  const table = (text: string) =>
    `<table:table><table:table-row>${cell(text)}${cell("b")}</table:table-row></table:table>`
  expect((await read(makeOpenDocument("spreadsheet", table("a") + table("c")))).pages).toEqual(["a \tb", "c \tb"])
  const slides = `<draw:page><text:p>One</text:p></draw:page><draw:page><text:p>Two</text:p></draw:page>`
  expect((await read(makeOpenDocument("presentation", slides))).pages).toEqual(["One", "Two"])
})

test("an OpenDocument file with a password is rejected, and so is one that is cut off", async () => {
  const manifest = `<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`
  const mimetype = "application/vnd.oasis.opendocument.text"
  await rejected(makeArchive({ mimetype, "META-INF/manifest.xml": manifest, "content.xml": "?" }), "ENCRYPTED")
  await rejected(makeArchive({ mimetype, "content.xml": "<office:body><text:p>a" }), "CORRUPT")
})

test("an e-book is read in the order of its spine", async () => {
  expect(await read(makeEpub(["<h1>One</h1><p>First&nbsp;chapter.</p>", "<p>Second.</p>"], { title: "Book" }))).toEqual(
    {
      title: "Book",
      pages: ["One\n\nFirst chapter.", "Second."],
    },
  )
})

test("an e-book whose chapters are encrypted is rejected; encrypted fonts do not matter", async () => {
  const encryption = (uri: string) => ({
    "META-INF/encryption.xml": `<encryption><CipherReference URI="${uri}"/></encryption>`,
  })
  await rejected(makeEpub(["a"], { files: encryption("OEBPS/chapter%201.xhtml") }), "ENCRYPTED")
  expect((await read(makeEpub(["a"], { files: encryption("OEBPS/font.otf") }))).pages).toEqual(["a"])
})

test("an e-book without chapters is empty, and one without its package file is damaged", async () => {
  await rejected(makeEpub([]), "EMPTY")
  await rejected(makeArchive({ mimetype: "application/epub+zip" }), "CORRUPT")
})

test.each([
  [
    "paragraphs, tabs and quotation marks",
    String.raw`{\rtf1\ansi Hello\tab\'e9t\'e9\par\ldblquote two\rdblquote}`,
    "Hello\tété\n\n“two”",
  ],
  ["braces and backslashes", String.raw`{\rtf1 a\{b\}\\c}`, "a{b}\\c"],
  [
    "Unicode, without the characters for old readers",
    String.raw`{\rtf1\uc1 \u26085?\u-10179\'3f\u-8638\'3f!{\uc2\u233 xx.}}`,
    "日🙂!é.",
  ],
  [
    "Japanese of two bytes by the font",
    String.raw`{\rtf1\ansi{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset128 Gothic;}}\f1 \'93\'fa\'96\'7b\f0 x}`,
    "日本x",
  ],
  ["text of a Macintosh", String.raw`{\rtf1\mac Gr\'9f\'a7e}`, "Grüße"],
  ["Russian by the code page", String.raw`{\rtf1\ansi\ansicpg1251 \'cc\'e8\'f0}`, "Мир"],
  [
    "text without headers, pictures and unknown destinations",
    String.raw`{\rtf1{\header top}{\pict 89504e47}{\*\secret hidden}a{\field{\*\fldinst HYPERLINK "x"}{\fldrslt link}}}`,
    "alink",
  ],
  [
    "text without what was deleted or is hidden",
    String.raw`{\rtf1 a{\deleted b}{\v c}\deleted d\deleted0 e\v f\v0 g\deleted\v h\plain i\deleted j\v k\v0 l\deleted0 m}`,
    "aegim",
  ],
  ["text after raw bytes", String.raw`{\rtf1{\pict\bin3 }}}`.concat("}x}"), "x"],
])("RTF: reads %s", async (_, rtf, expected) => {
  expect((await read(rtf)).pages.join("\f")).toContain(expected)
})

test("RTF has pages and a title", async () => {
  expect(await read(String.raw`{\rtf1{\info{\title Plan}{\author A}}One\page Two}`)).toEqual({
    title: "Plan",
    pages: ["One", "Two"],
  })
})

test("RTF that is cut off is damaged", async () => {
  await rejected(String.raw`{\rtf1 Hello {\b wor`, "CORRUPT")
})

test("an e-mail has its subject as title, and is read without attachments", async () => {
  const mail = [
    "From: Maria Keller <maria@example.com>",
    "To: Tom <tom@example.com>",
    "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    "Content-Type: text/plain; charset=iso-8859-1",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "Caf=E9 at noon.",
    "--b",
    "Content-Type: text/plain; name=a.txt",
    "Content-Disposition: attachment; filename=a.txt",
    "",
    "attached",
    "--b--",
  ].join("\r\n")
  expect(await read(mail, "message/rfc822")).toEqual({
    title: "Grüße",
    pages: ["Grüße\nFrom: Maria Keller\nTo: Tom\n\nCafé at noon."],
  })
  const html = "Subject: x\r\nContent-Type: text/html\r\n\r\n<p>One <b>bold</b></p>"
  expect((await read(html, "message/rfc822")).pages).toEqual(["x\n\nOne bold"])
})

test("an e-mail that declares no encoding is read in the one that it has", async () => {
  const russian = "Старый мост у мельницы закрыли осенью, потому что его деревянные балки сгнили."
  const mail = Buffer.concat([Buffer.from("Subject: a\n\n"), encodeText(russian, "windows-1251")])
  expect((await read(mail, "message/rfc822")).pages).toEqual([`a\n\n${russian}`])
  const declared = "Subject: a\nContent-Type: text/plain; charset=iso-8859-1\n\n\xe4\xf6"
  expect((await read(declared, "message/rfc822")).pages).toEqual(["a\n\näö"])
})

test("an e-mail without text is empty, and one without a whole head is damaged", async () => {
  await rejected("From: a@example.com\r\n\r\n", "EMPTY", "message/rfc822")
  await rejected("From: a@exam", "CORRUPT", "message/rfc822")
  await rejected("Some words that are not a message.\r\n\r\nMore of them.", "CORRUPT", "message/rfc822")
})

test("a log is read without the colors of a terminal", async () => {
  expect((await read("\x1b[31mERROR\x1b[0m the pump stopped", "text/plain")).pages).toEqual(["ERROR the pump stopped"])
})

test("Word documents have footnotes, comments, a header once and a title", async () => {
  const p = (text: string) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`
  const docx = makeArchive({
    "_rels/.rels": relationships([
      ["officeDocument", "word/document.xml"],
      ["metadata/core-properties", "docProps/core.xml"],
    ]),
    "docProps/core.xml": coreProperties("Annual report"),
    "word/document.xml": `<w:document>${p("Body.")}</w:document>`,
    "word/_rels/document.xml.rels": relationships([
      ["header", "header1.xml"],
      ["header", "header2.xml"],
      ["footnotes", "footnotes.xml"],
      ["comments", "comments.xml"],
    ]),
    "word/header1.xml": `<w:hdr>${p("Maria Keller")}</w:hdr>`,
    "word/header2.xml": `<w:hdr>${p("Maria Keller")}</w:hdr>`,
    "word/footnotes.xml": `<w:footnotes><w:footnote>${p("A note.")}</w:footnote></w:footnotes>`,
    "word/comments.xml": `<w:comments><w:comment>${p("Why?")}</w:comment></w:comments>`,
  })
  expect(await read(docx)).toEqual({ title: "Annual report", pages: ["Maria Keller\n\nBody.\n\nA note.\n\nWhy?"] })
})

test.each([
  ["a PDF", () => makePdf(["a"], { author: "Nora Lindqvist" })],
  ["a presentation", () => makePptx([{ text: ["a"] }])],
  ["an OpenDocument text", () => makeOpenDocument("text", "<text:p>a</text:p>")],
  ["an e-book", () => makeEpub(["a"])],
])("%s has the author of its properties", async (_what, make) => {
  const document = await openDocument(await make(), anyType)
  document.close()
  expect(document.author).toBe("Nora Lindqvist")
})

test("a web page that is declared as text is read as HTML", async () => {
  expect(await read("<!DOCTYPE html><title>T</title><p>Text", "text/plain")).toEqual({ title: "T", pages: ["Text"] })
})

test.each([
  ["a presentation", makePptx([{ text: ["One"], notes: "Two" }]), anyType],
  ["a workbook", makeXlsx([{ name: "A", rows: [["a", 1]] }]), anyType],
  ["an OpenDocument text", makeOpenDocument("text", "<text:p>a</text:p>"), anyType],
  ["an e-book", makeEpub(["<p>One</p>"]), anyType],
  ["RTF", Buffer.from(String.raw`{\rtf1{\fonttbl{\f0\fcharset128 A;}}\f0\'93\'fa\u26085?}`), anyType],
  ["an e-mail", Buffer.from("Subject: a\r\nContent-Type: text/html\r\n\r\n<p>b"), "message/rfc822"],
])("%s that is damaged anywhere is read or rejected", async (_, bytes, contentType) => {
  for (let seed = 1; seed <= 200; seed += 1) {
    await read(damaged(bytes, seed), contentType).catch((error) =>
      expect(error).toMatchObject({ name: "DocumentError" }),
    )
  }
})

// What is read of OpenDocument files: text, tables, sheets and slides, and what is left out.
import { expect, test } from "vitest"
import { makeArchive } from "../../../test/make-archives.ts"
import { openDocument } from "./open-document.ts"

const types = {
  text: "application/vnd.oasis.opendocument.text",
  spreadsheet: "application/vnd.oasis.opendocument.spreadsheet",
  presentation: "application/vnd.oasis.opendocument.presentation",
}

async function pagesOf(kind: keyof typeof types, body: string, parts: Record<string, string> = {}) {
  const content = `<office:document-content><office:meta><text:p>not in the body</text:p></office:meta><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`
  const document = await openDocument(
    makeArchive({ mimetype: types[kind], "content.xml": content, ...parts }),
    types[kind],
  )
  return [...document.pages()]
}

const p = (text: string) => `<text:p>${text}</text:p>`
const cell = (text: string) => `<table:table-cell>${text}</table:table-cell>`
const row = (...cells: string[]) => `<table:table-row>${cells.map((text) => cell(p(text))).join("")}</table:table-row>`
const sheet = (...rows: string[]) => `<table:table>${rows.join("")}</table:table>`

test("paragraphs and headings are separated, with tabs, spaces and line breaks within them", async () => {
  const body = `<text:h text:outline-level="1">Title</text:h>${p("a<text:tab/>b<text:s/>c<text:line-break/>d <text:span>e</text:span>")}between${p("f")}`
  expect(await pagesOf("text", body)).toEqual(["Title\n\na\tb c\nd e\n\nf\n\n"])
})

test.each(["text:tracked-changes", "office:forms", "dc:creator"])("the content of %s is left out", async (name) => {
  const inner = `<${name}>${p("one")}</${name}>`
  const body = `${p("before")}<${name}>${inner}${p("two")}<text:tab/></${name}>${p("after")}`
  expect(await pagesOf("text", body)).toEqual(["before\n\nafter\n\n"])
})

test("notes and comments follow their paragraph, without their marks, authors and dates", async () => {
  const note = `<text:note><text:note-citation>1</text:note-citation><text:note-body>${p("The note.")}</text:note-body></text:note>`
  const comment = `<office:annotation><dc:creator>N</dc:creator><dc:date>2026-01-01</dc:date>${p("Why?")}${p("When?")}</office:annotation>`
  expect(await pagesOf("text", p(`A${note} bridge${comment} is closed.`) + p("After."))).toEqual([
    "A bridge is closed.\n\nThe note.\n\nWhy?\n\nWhen?\n\nAfter.\n\n",
  ])
  const pages = await pagesOf(
    "spreadsheet",
    sheet(`<table:table-row>${cell(comment + p("5"))}${cell(p("6"))}</table:table-row>`),
  )
  expect(pages).toEqual(["5 Why? When? \t6 \t\n"])
})

test("a note is no part of the heading that it is in", async () => {
  const body = `<text:h>The bridge<text:note>${p("A note.")}</text:note></text:h>`
  const content = `<office:body><office:text>${body}</office:text></office:body>`
  const document = await openDocument(makeArchive({ mimetype: types.text, "content.xml": content }), types.text)
  expect(document.structure?.().outline).toEqual([{ text: "The bridge", level: 1, page: 1 }])
})

test("the cells of a row are separated by tabs, and rows by line breaks", async () => {
  expect(await pagesOf("text", `${sheet(row("a", "b"), row("c", "d"))}${p("after")}`)).toEqual([
    "a \tb \t\nc \td \t\nafter\n\n",
  ])
})

test("each sheet is a page, also with a table in a cell, and an empty sheet is none", async () => {
  const nested = `<table:table-row>${cell(sheet(row("inner")) + p("outer"))}</table:table-row>`
  const pages = await pagesOf("spreadsheet", sheet(row("a")) + sheet() + sheet(nested) + sheet(row("b")))
  expect(pages.map((page) => page.replace(/\s+/g, " ").trim())).toEqual(["a", "inner outer", "b"])
})

test("each slide is a page, without the layouts of pages", async () => {
  const slide = (text: string) => `<draw:page>${text}</draw:page>`
  const layout = `<style:presentation-page-layout>${p("layout")}</style:presentation-page-layout>`
  const pages = await pagesOf("presentation", layout + slide(p("one")) + slide("") + slide(p("two")))
  expect(pages.map((page) => page.trim())).toEqual(["one", "two"])
})

test.each([
  ["ENCRYPTED", "<text:p/>", { "META-INF/manifest.xml": "<m><file-entry><encryption-data/></file-entry></m>" }],
  ["UNSUPPORTED_TYPE", "", { "content.xml": undefined }],
])("a file is rejected as %s", async (errorCode, body, parts) => {
  const kept = Object.entries({ "other.xml": "<x/>", ...parts }).filter(([, text]) => text !== undefined)
  const archive = makeArchive({
    mimetype: types.text,
    ...(errorCode === "ENCRYPTED" && { "content.xml": `<office:body>${body}</office:body>` }),
    ...(Object.fromEntries(kept) as Record<string, string>),
  })
  await expect(openDocument(archive, types.text)).rejects.toMatchObject({ errorCode })
})

test("a file without an end of its body is damaged, and one whose manifest mentions no encryption is read", async () => {
  const cut = makeArchive({ mimetype: types.text, "content.xml": "<d><office:body><text:p>a" })
  await expect(openDocument(cut, types.text)).rejects.toMatchObject({ errorCode: "CORRUPT" })
  expect(await pagesOf("text", p("a"), { "META-INF/manifest.xml": "<m><file-entry/></m>" })).toEqual(["a\n\n"])
})

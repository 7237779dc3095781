// Extracts the text of Word documents, whichever program wrote them.
import { strToU8, zipSync } from "fflate"
import { expect, test } from "vitest"
import { makeArchive, relationships } from "../../../test/make-archives.ts"
import { openDocument } from "./open-document.ts"

const namespaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

async function textOf(body: string, files: Record<string, string> = {}): Promise<string> {
  const parts = { "word/document.xml": `<w:document ${namespaces}><w:body>${body}</w:body></w:document>`, ...files }
  const archive = Object.fromEntries(Object.entries(parts).map(([name, content]) => [name, strToU8(content)]))
  return [...(await openDocument(zipSync(archive), "")).pages()].join("").trimEnd()
}

const text = (content: string) => `<w:r><w:t xml:space="preserve">${content}</w:t></w:r>`

test.each([
  ["runs of a paragraph", `<w:p>${text("One ")}${text("&lt;two&gt;")}</w:p>`, "One <two>"],
  [
    "tabs and line breaks",
    `<w:p>${text("a")}<w:r><w:tab/></w:r>${text("b")}<w:r><w:br/></w:r>${text("c")}</w:p>`,
    "a\tb\nc",
  ],
  [
    "table cells",
    `<w:tbl><w:tr><w:tc><w:p>${text("a")}</w:p></w:tc><w:tc><w:p>${text("b")}</w:p></w:tc></w:tr></w:tbl>`,
    "a\n\nb",
  ],
  [
    "inserted text, without deleted and moved text",
    `<w:p><w:ins>${text("a")}</w:ins><w:del><w:r><w:delText>b</w:delText></w:r></w:del><w:moveFrom>${text("c")}</w:moveFrom><w:moveTo>${text("d")}</w:moveTo></w:p>`,
    "ad",
  ],
  [
    "paragraphs that are joined by a deleted mark",
    `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>${text("a ")}</w:p><w:p>${text("b")}</w:p>`,
    "a b",
  ],
  [
    "rows that are not deleted",
    `<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>${text("a")}</w:p></w:tc></w:tr><w:tr><w:tc><w:p>${text("b")}</w:p></w:tc></w:tr></w:tbl>`,
    "b",
  ],
  [
    "tabs of the text, not of the properties",
    `<w:p><w:pPr><w:tabs><w:tab w:pos="9"/></w:tabs></w:pPr>${text("a")}</w:p>`,
    "a",
  ],
  [
    "content controls and links",
    `<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent><w:p><w:hyperlink>${text("a")}</w:hyperlink></w:p></w:sdtContent></w:sdt>`,
    "a",
  ],
  [
    "a text box once, after its paragraph",
    `<w:p>${text("a")}<mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent><w:p>${text("box")}</w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p>${text("box")}</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>${text("b")}</w:p>`,
    "ab\n\nbox",
  ],
  ["elements of another prefix", `<ns0:p><ns0:r><ns0:t>a</ns0:t></ns0:r></ns0:p>`, "a"],
  ["fields without their instructions", `<w:p><w:r><w:instrText>PAGE</w:instrText></w:r>${text("1")}</w:p>`, "1"],
])("reads %s", async (_, body, expected) => {
  expect(await textOf(body)).toBe(expected)
})

test("finds the main part by the relationships of the package", async () => {
  const type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
  const other = `<w:document ${namespaces}><w:body><w:p>${text("main")}</w:p></w:body></w:document>`
  const relationships = `<Relationships><Relationship Id="r1" Type="${type}" Target="/word/main.xml"/></Relationships>`
  expect(await textOf("", { "word/main.xml": other, "_rels/.rels": relationships })).toBe("main")
})

test.each([
  ["is cut off", `<w:document ${namespaces}><w:body><w:p>`],
  ["is not WordprocessingML", "<html><body>text</body></html>"],
  ["is not XML", "text"],
])("rejects a main part that %s as CORRUPT", async (_, content) => {
  await expect(textOf("", { "word/document.xml": content })).rejects.toMatchObject({ errorCode: "CORRUPT" })
})

const paragraph = (content: string) => `<w:p>${text(content)}</w:p>`

/** @param statistics the extended properties */
async function open(body: string, statistics: Record<string, number> = {}, core = "") {
  const counts = Object.entries(statistics).map(([name, count]) => `<${name}>${count}</${name}>`)
  const document = await openDocument(
    makeArchive({
      "_rels/.rels": relationships([
        ["officeDocument", "word/document.xml"],
        ["extended-properties", "docProps/app.xml"],
      ]),
      "docProps/app.xml": `<Properties>${counts.join("")}</Properties>`,
      "docProps/core.xml": `<cp:coreProperties>${core}</cp:coreProperties>`,
      "word/document.xml": `<w:document ${namespaces}><w:body>${body}</w:body></w:document>`,
    }),
    "",
  )
  return { author: document.author, pages: [...document.pages()].map((page) => page.trim()) }
}

test("the properties name who created the document", async () => {
  expect((await open(paragraph("a"), {}, "<dc:creator>Nora Lindqvist</dc:creator>")).author).toBe("Nora Lindqvist")
  expect((await open(paragraph("a"))).author).toBeNull()
})

test("a page ends where a page break is set, and where the program began the next one", async () => {
  const pageBreak = `<w:p><w:r><w:br w:type="page"/></w:r></w:p>`
  const rendered = (content: string) => `<w:p><w:r><w:lastRenderedPageBreak/></w:r>${text(content)}</w:p>`
  const body = paragraph("One.") + pageBreak + rendered("Two.") + paragraph("More.") + rendered("Three.")
  expect((await open(body)).pages).toEqual(["One.", "Two.\n\nMore.", "Three."])
  // Breaks of lines and columns end no page. A first page may only have a picture.
  const others = `<w:p><w:r><w:br w:type="column"/></w:r>${text("a")}<w:r><w:br/></w:r>${text("b")}</w:p>`
  expect((await open(others)).pages).toEqual(["a\nb"])
  expect((await open(pageBreak + paragraph("a"))).pages).toEqual(["", "a"])
})

const prose = Array.from({ length: 60 }, (_, at) => `Paragraph ${at} says that ${"the bridge is closed ".repeat(4)}.`)
const proseBody = prose.map(paragraph).join("")
const characters = prose.join("\n\n").length

test("has as many pages as the program counted, also when their beginnings are not known", async () => {
  const { pages } = await open(proseBody, { Pages: 9, CharactersWithSpaces: characters })
  expect(pages).toHaveLength(9)
  expect(pages.join("\n\n")).toBe(prose.join("\n\n"))
  for (const page of pages) expect(page.length).toBeGreaterThan(characters / 9 / 2)
  // One beginning is known.
  const half = prose.slice(0, 30).map(paragraph).join("")
  const rest = `<w:p><w:r><w:lastRenderedPageBreak/></w:r>${text("Half.")}</w:p>${prose.slice(30).map(paragraph).join("")}`
  const divided = await open(half + rest, { Pages: 4, Characters: characters })
  expect(divided.pages).toHaveLength(4)
  expect(divided.pages[2]?.startsWith("Half.")).toBe(true)
})

test("a long page of a known beginning and end stays whole", async () => {
  const { pages } = await open(proseBody, { Pages: 1, CharactersWithSpaces: characters })
  expect(pages).toEqual([prose.join("\n\n")])
})

test.each([
  ["of another text, which a template had", { Pages: 1, CharactersWithSpaces: 0 }],
  ["that is zero", { Pages: 0, CharactersWithSpaces: characters }],
  ["that is larger than the text", { Pages: 999_999, CharactersWithSpaces: characters }],
])("the pages are estimated beside a count %s", async (_what, statistics) => {
  expect((await open(proseBody, statistics)).pages).toHaveLength(Math.ceil(characters / 3000))
})

test("notes and text boxes are on the page of their text, wherever they continue", async () => {
  const rendered = `<w:p><w:r><w:lastRenderedPageBreak/></w:r>${text("of one")}</w:p>`
  const box = `<w:p>${text("a")}<w:pict><w:txbxContent>${paragraph("The box")}${rendered}</w:txbxContent></w:pict></w:p>`
  expect((await open(box)).pages).toEqual(["a\n\nThe box\n\nof one"])
  const notes = makeArchive({
    "_rels/.rels": relationships([["officeDocument", "word/document.xml"]]),
    "word/document.xml": `<w:document ${namespaces}>${paragraph("Body.")}</w:document>`,
    "word/_rels/document.xml.rels": relationships([["footnotes", "footnotes.xml"]]),
    "word/footnotes.xml": `<w:footnotes>${paragraph("The note")}${rendered}</w:footnotes>`,
  })
  expect([...(await openDocument(notes, "")).pages()]).toEqual(["Body.\n\nThe note\n\nof one"])
})

test("the pages are estimated when more begin than were counted", async () => {
  const body = Array.from({ length: 5 }, (_, at) => `<w:p><w:r><w:lastRenderedPageBreak/></w:r>${text(`p${at}`)}</w:p>`)
  const long = await open(proseBody + body.join(""), { Pages: 2, Characters: characters })
  expect(long.pages).toHaveLength(Math.ceil(characters / 3000) + 5)
  expect((await open(body.join(""), { Pages: 2, Characters: 20 })).pages).toEqual(["", "p0", "p1", "p2", "p3", "p4"])
})

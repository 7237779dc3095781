// Lists the headings and links of each format with the pages they are on.
import { expect, test } from "vitest"
import {
  coreProperties,
  makeArchive,
  makeEpub,
  makeOpenDocument,
  makePptx,
  relationships,
} from "../../../test/make-archives.ts"
import { makePdf } from "../../../test/make-documents.ts"
import { headingText } from "./document-structure.ts"
import { openDocument } from "./open-document.ts"

async function structureOf(bytes: Uint8Array | string, contentType = "") {
  const document = await openDocument(typeof bytes === "string" ? Buffer.from(bytes) : bytes, contentType)
  const pages = [...document.pages()]
  const structure = document.structure?.() ?? { outline: [], links: [] }
  document.close()
  for (const { text, page } of structure.outline) {
    expect(pages[(page ?? 0) - 1]?.replace(/\s+/g, " "), `page ${page}`).toContain(text)
  }
  return structure
}

/** A paragraph of more than half a page. */
const long = (word: string) => `${word} `.repeat(400).trim()

test("a PDF has its bookmarks, nested and with their pages", async () => {
  const bookmarks = [
    { text: "Überblick", level: 1, page: 1 },
    { text: "Method", level: 2, page: 2 },
    { text: "Results", level: 1, page: 3 },
  ] as const
  const bytes = await makePdf(["Überblick", "Method", "Results"], { bookmarks })
  expect(await structureOf(bytes)).toEqual({ outline: bookmarks, links: [] })
})

test("a PDF whose first pages are skipped has all bookmarks, and one without bookmarks has none", async () => {
  const document = await openDocument(
    await makePdf(["One", "Two"], { bookmarks: [{ text: "One", level: 1, page: 1 }] }),
    "",
  )
  expect([...document.pages(1)]).toEqual(["Two"])
  expect(document.structure?.().outline).toEqual([{ text: "One", level: 1, page: 1 }])
  document.close()
  expect((await structureOf(await makePdf(["One"]))).outline).toEqual([])
})

test("a PDF has the links of its annotations, each with its first page, also of pages that are skipped", async () => {
  const links = [
    { target: "https://example.com/a", page: 1 },
    { target: "mailto:info@example.com", page: 1 },
    { target: "https://example.com/b?x=1&y=2", page: 3 },
  ]
  const more = [
    { target: "https://example.com/a", page: 2 },
    { target: "javascript:alert(1)", page: 2 },
  ]
  const bytes = await makePdf(["One", "Two", "Three"], { links: [...links, ...more] })
  expect((await structureOf(bytes)).links).toEqual(links)
  const document = await openDocument(bytes, "")
  expect([...document.pages(2)]).toHaveLength(1)
  expect(document.structure?.().links).toHaveLength(3)
  expect(document.structure?.().links).toContainEqual(links[0])
  document.close()
})

test("of a PDF with very many links, the first ones are listed", async () => {
  const links = Array.from({ length: 300 }, (_, at) => ({ target: `https://example.com/${at}`, page: 1 }))
  const { links: found } = await structureOf(await makePdf(["One"], { links }))
  expect(found).toEqual(links.slice(0, 200))
})

test("bookmarks that follow each other in a circle are read once", async () => {
  const bookmarks = [
    { text: "First", level: 1, page: 1 },
    { text: "Other", level: 1, page: 1 },
  ] as const
  const pdf = Buffer.from(await makePdf(["First Other"], { bookmarks })).toString("latin1")
  const [, next = ""] = /\/Next (\d+ 0 R)/.exec(pdf) ?? []
  const [, previous = ""] = /\/Prev (\d+ 0 R)/.exec(pdf) ?? []
  expect(next).not.toBe(previous)
  // The second one is followed by the first one again.
  const circular = Buffer.from(pdf.replace("/Prev ", "/Next "), "latin1")
  expect((await structureOf(circular)).outline.map(({ text }) => text)).toEqual(["First", "Other"])
})

test("a Word document has the paragraphs of its heading styles, whatever their ids, and its links", async () => {
  const paragraph = (text: string, properties = "") =>
    `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`
  const old = `<w:pPrChange><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr></w:pPrChange>`
  const style = (id: string, content: string) => `<w:style w:styleId="${id}">${content}</w:style>`
  const body = [
    paragraph("Bericht", `<w:pStyle w:val="berschrift1"/>`),
    paragraph(long("viel")),
    `<w:p><w:hyperlink r:id="r3"><w:r><w:t>hier</w:t></w:r></w:hyperlink></w:p>`,
    paragraph(long("mehr")),
    paragraph("Methode", `<w:pStyle w:val="Eigene"/>`),
    paragraph("Direkt", `<w:outlineLvl w:val="2"/>`),
    paragraph("Kein Titel", old),
    paragraph("Text", `<w:outlineLvl w:val="9"/>`),
  ]
  const links = `<Relationship Id="r3" Type="x/hyperlink" Target="https://example.com/hier" TargetMode="External"/></Relationships>`
  const docx = makeArchive({
    "_rels/.rels": relationships([
      ["officeDocument", "word/document.xml"],
      ["metadata/core-properties", "docProps/core.xml"],
    ]),
    "docProps/core.xml": coreProperties("Bericht"),
    "word/document.xml": `<w:document>${body.join("")}</w:document>`,
    "word/_rels/document.xml.rels": relationships([
      ["styles", "styles.xml"],
      ["header", "header1.xml"],
    ]).replace("</Relationships>", links),
    "word/header1.xml": `<w:hdr>${paragraph("Kopf")}</w:hdr>`,
    "word/styles.xml": `<w:styles>${style("berschrift1", `<w:name w:val="heading 1"/>`)}${style("berschrift2", `<w:name w:val="Titel"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr>`)}${style("Eigene", `<w:name w:val="Eigene"/><w:basedOn w:val="berschrift2"/>`)}</w:styles>`,
  })
  expect(await structureOf(docx)).toEqual({
    outline: [
      { text: "Bericht", level: 1, page: 1 },
      { text: "Methode", level: 2, page: 2 },
      { text: "Direkt", level: 3, page: 2 },
    ],
    links: [{ target: "https://example.com/hier", page: 1 }],
  })
})

test("HTML has its headings and links, without those of the navigation", async () => {
  const html = `<!doctype html><html><body><nav><h2>Menu</h2><a href="https://example.com/menu">x</a></nav>
    <h1>One <em>and</em> a&amp;b</h1><p>${long("a")}</p><p>${long("b")}</p><p>${long("c")}</p><p>${long("d")}</p>
    <h3>Two</h3><p><a class="x" href="https://example.com/?a=1&amp;b=2">here</a> <a href="/local">there</a></p></body></html>`
  expect(await structureOf(html, "text/html")).toEqual({
    outline: [
      { text: "One and a&b", level: 1, page: 1 },
      { text: "Two", level: 3, page: 2 },
    ],
    links: [{ target: "https://example.com/?a=1&b=2", page: 2 }],
  })
})

test("Markdown has its headings and links, without those of code", async () => {
  const markdown = `# One *and* two #\n\nSee [this](https://example.com/a "title") and ![image](https://example.com/b.png).\n\n\`\`\`\n# code\n\`\`\`\n\n${long("word")}\n\n${long("more")}\n\n> ### Three\nText`
  expect(await structureOf(markdown, "text/markdown")).toEqual({
    outline: [
      { text: "One and two", level: 1, page: 1 },
      { text: "Three", level: 3, page: 2 },
    ],
    links: [{ target: "https://example.com/a", page: 1 }],
  })
})

test("an OpenDocument text has its headings and links", async () => {
  const body = `<text:h text:outline-level="1">One</text:h><text:p>${long("a")}${long("b")}</text:p><text:p>${long("c")}${long("d")}</text:p><text:h text:outline-level="2">Two<text:s/>b</text:h><text:p><text:a xlink:href="https://example.com/">x</text:a></text:p>`
  expect(await structureOf(makeOpenDocument("text", body))).toEqual({
    outline: [
      { text: "One", level: 1, page: 1 },
      { text: "Two b", level: 2, page: 2 },
    ],
    links: [{ target: "https://example.com/", page: 2 }],
  })
})

test("an e-book has the headings of its chapters", async () => {
  const epub = makeEpub(["<h1>One</h1><p>First.</p>", `<h1>Two</h1><p>a</p><h2>Inner</h2>`])
  expect((await structureOf(epub)).outline).toEqual([
    { text: "One", level: 1, page: 1 },
    { text: "Two", level: 1, page: 2 },
    { text: "Inner", level: 2, page: 2 },
  ])
})

test("short chapters, which are a page each, have their headings on their own pages", async () => {
  const names = ["A", "B", "C", "D", "E"]
  const { outline } = await structureOf(makeEpub(names.map((name) => `<h1>${name}</h1>`)))
  expect(outline).toEqual(names.map((text, index) => ({ text, level: 1, page: index + 1 })))
})

test("a presentation has the titles of its slides, also of those that are skipped", async () => {
  const pptx = makePptx([{ title: "Plan", text: ["More"] }, { text: ["No title"] }, { title: "End", text: [] }])
  const outline = [
    { text: "Plan", level: 1, page: 1 },
    { text: "End", level: 1, page: 3 },
  ]
  expect((await structureOf(pptx)).outline).toEqual(outline)
  const document = await openDocument(pptx, "")
  expect([...document.pages(2)]).toHaveLength(1)
  expect(document.structure?.().outline).toEqual(outline)
})

test("a presentation has the links of its slides, also of those that are skipped", async () => {
  const pptx = makePptx([
    { text: ["One"], link: "https://example.com/a" },
    { text: ["Two"], link: "https://example.com/a", notes: "Notes" },
    { text: ["Three"], link: "https://example.com/?b=1&amp;c=2", notes: "Notes" },
    { text: ["Four"], link: "file:///C:/plan.docx" },
  ])
  const links = [
    { target: "https://example.com/a", page: 1 },
    { target: "https://example.com/?b=1&c=2", page: 3 },
  ]
  expect((await structureOf(pptx)).links).toEqual(links)
  const document = await openDocument(pptx, "")
  expect([...document.pages(1)]).toHaveLength(3)
  expect(document.structure?.().links).toEqual(links)
})

test("an e-mail has the links of its HTML, also when it is written as plain text too", async () => {
  const html = `<h1>Offer</h1><p>${long("a")}${long("b")}</p><p>${long("c")}${long("d")}</p><p><a href="https://example.com/shop">here</a></p>`
  const head = "Subject: Offer\r\nMIME-Version: 1.0\r\n"
  const links = [{ target: "https://example.com/shop", page: 2 }]
  const single = `${head}Content-Type: text/html\r\n\r\n${html}`
  expect((await structureOf(single, "message/rfc822")).links).toEqual(links)

  const text = `${long("a")}${long("b")}\r\n\r\n${long("c")}${long("d")}\r\n\r\nhere`
  const part = (type: string, content: string) => `--b\r\nContent-Type: text/${type}\r\n\r\n${content}\r\n`
  const both = `${head}Content-Type: multipart/alternative; boundary="b"\r\n\r\n${part("plain", text)}${part("html", html)}--b--`
  expect(await structureOf(both, "message/rfc822")).toEqual({ outline: [], links })
})

test("a plain text has neither", async () => {
  expect(await structureOf("# not a heading\nhttps://example.com", "text/plain")).toEqual({ outline: [], links: [] })
})

test("an outline that is too long loses its deepest headings first", async () => {
  const chapter = (at: number) => `# Chapter ${at}\n\n## Section\n\n### Part\n\n`
  const { outline } = await structureOf(Array.from({ length: 90 }, (_, at) => chapter(at)).join(""), "text/markdown")
  expect(outline).toHaveLength(180)
  expect(new Set(outline.map(({ level }) => level))).toEqual(new Set([1, 2]))
  const flat = await structureOf(Array.from({ length: 300 }, (_, at) => `# C${at}\n\n`).join(""), "text/markdown")
  expect(flat.outline).toHaveLength(200)
  expect(headingText("long ".repeat(60))).toMatch(/^(?:long )+lon?g?…$/)
  expect(headingText("long ".repeat(60))?.length).toBeLessThanOrEqual(120)
})

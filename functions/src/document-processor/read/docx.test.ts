// Extracts the text of Word documents, whichever program wrote them.
import { strToU8, zipSync } from "fflate"
import { expect, test } from "vitest"
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

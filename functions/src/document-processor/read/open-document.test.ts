// What each format gives to read, and how each wrong file is refused.
import { zipSync } from "fflate"
import { describe, expect, it, vi } from "vitest"
import { makeDocx, makePdf } from "../../../test/make-documents.ts"
import { openDocument } from "./open-document.ts"

const pdf = "application/pdf"
const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

async function read(bytes: Uint8Array | string, contentType: string) {
  const document = await openDocument(typeof bytes === "string" ? Buffer.from(bytes) : bytes, contentType)
  const pages = [...document.pages()]
  document.close()
  expect(pages).toHaveLength(document.totalPages)
  return { title: document.title, pages }
}

describe("PDF", () => {
  it("is read page by page, with its title", async () => {
    const bytes = await makePdf(["The first page.", "The second page: naïve café."], { title: "Zwölf Brücken" })
    expect(await read(bytes, pdf)).toEqual({
      title: "Zwölf Brücken",
      pages: ["The first page.", "The second page: naïve café."],
    })
  })

  it("keeps the pages' lines, and shows where a word was broken", async () => {
    const { pages } = await read(await makePdf(["One line\nand a gate-\nway"]), pdf)
    expect(pages).toEqual(["One line\nand a gate-\nway"])
  })

  it("has no text on a page that is a picture", async () => {
    expect((await read(await makePdf(["", "Text."]), pdf)).pages).toEqual(["", "Text."])
  })

  it("is recognized by its bytes, whatever it was declared to be, and after a preamble", async () => {
    const bytes = await makePdf(["Here."])
    expect((await read(bytes, "text/plain")).pages).toEqual(["Here."])
    expect((await read(Buffer.concat([Buffer.from("\n\n"), bytes]), pdf)).pages).toEqual(["Here."])
  })

  it("gives back each page's memory, so that a long document takes no more than a short one", async () => {
    const instantiate = vi.spyOn(webAssembly, "instantiate")
    const document = await openDocument(crowdedPdf(120), pdf)
    const { instance } = await instantiate.mock.results[0]!.value
    instantiate.mockRestore()
    const memory = () => instance.exports.memory.buffer.byteLength
    const pages = document.pages()[Symbol.iterator]()
    for (let read = 0; read < 10; read += 1) expect(pages.next().value).toContain("ab")
    const afterTen = memory()
    for (let next = pages.next(); !next.done; next = pages.next());
    expect(memory()).toBe(afterTen)
    document.close()
  })
})

// Node has it, but @types/node only names its module type.
const { WebAssembly: webAssembly } = globalThis as unknown as {
  WebAssembly: { instantiate(): Promise<{ instance: { exports: { memory: { buffer: ArrayBuffer } } } }> }
}

/** A PDF whose pages all show the same many words, each placed by itself: small as a file, large in a reader's memory. */
function crowdedPdf(pages: number): Uint8Array {
  const content = `BT /F 9 Tf 20 400 Td ${"(ab) Tj 9 0 Td ".repeat(1500)}ET`
  const ids = Array.from({ length: pages }, (_, index) => index + 5)
  return Buffer.from(
    [
      "%PDF-1.4",
      "1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj",
      `2 0 obj <</Type/Pages/Count ${pages}/Kids[${ids.map((id) => `${id} 0 R`).join(" ")}]/MediaBox[0 0 20000 500]>> endobj`,
      "3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj",
      `4 0 obj <</Length ${content.length}>> stream\n${content}\nendstream endobj`,
      ...ids.map(
        (id) => `${id} 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>> endobj`,
      ),
      "trailer <</Root 1 0 R>>",
    ].join("\n"),
  )
}

describe("other formats", () => {
  it("reads Word documents", async () => {
    const { pages } = await read(makeDocx(["A heading", "Tom & Mary < all."]), docx)
    expect(pages.join("").trim()).toBe("A heading\n\nTom & Mary < all.")
  })

  it("cuts a long Word document into pages", async () => {
    const { pages } = await read(makeDocx(Array.from({ length: 40 }, () => "A sentence of words. ".repeat(20))), docx)
    expect(pages.length).toBeGreaterThan(4)
  })

  it("reads plain text at its form feeds, in the encoding it was written in", async () => {
    expect((await read("One.\fTwo: é.\f\n", "text/plain")).pages).toEqual(["One.", "Two: é."])
    expect((await read(Buffer.from("Caf\xe9 \x80", "latin1"), "text/plain")).pages).toEqual(["Café €"])
    expect((await read(Buffer.from("\ufeffZwölf", "utf16le"), "text/plain")).pages).toEqual(["Zwölf"])
  })

  it("reads Markdown without its marks", async () => {
    const markdown =
      "# The *title*\n\nA **bold** [link](https://x.example/), `code` and 2 * 3 * 4.\n\n```js\nlet x\n```\n\n| a | b |\n|---|---|\n| c | d |\n"
    const { pages } = await read(markdown, "text/markdown")
    expect(
      pages
        .join("")
        .split(/\s*\n\s*/)
        .filter(Boolean),
    ).toEqual(["The title", "A bold link, code and 2 * 3 * 4.", "a   b", "c   d"])
  })

  it("reads HTML as its reader does", async () => {
    const html = `<!doctype html><html><head><title>The
      title</title><style>p{}</style></head><body><nav>Home</nav><h1>Heading</h1><p>One <b>bold</b>&nbsp;word &amp;
      more.<br>Line</p><script>no()</script><ul><li>Item</ul><p>Unclosed</body>`
    const { title, pages } = await read(html, "text/html")
    expect(title).toBe("The title")
    expect(pages[0]?.split(/\n+/)).toEqual(["Heading", "One bold word & more.", "Line", "Item", "Unclosed"])
  })
})

describe("what cannot be read", () => {
  const bomb = zipSync({ "word/document.xml": new Uint8Array(60_000_001) })
  const office = Buffer.from("d0cf11e0a1b11ae1", "hex")

  it.each([
    ["a file of no bytes", "", pdf, "EMPTY"],
    ["a text of nothing but white space", " \n\t\n", "text/plain", "EMPTY"],
    ["a text that is called PDF", "Dear reader, I am a letter.", pdf, "CORRUPT"],
    ["a PDF with nothing behind its first line", "%PDF-1.7\n", pdf, "CORRUPT"],
    ["a zip file that is no Word document", zipSync({ "a.txt": new Uint8Array(9) }), docx, "UNSUPPORTED_TYPE"],
    ["a Word document that breaks off", makeDocx(["Text"]).slice(0, 700), docx, "CORRUPT"],
    ["a Word document that unpacks to more than memory holds", bomb, docx, "TOO_LARGE"],
    [
      "a Word document with a password",
      Buffer.concat([office, Buffer.from("EncryptedPackage", "utf16le")]),
      docx,
      "ENCRYPTED",
    ],
    ["a Word document of before 2007", Buffer.concat([office, Buffer.alloc(600)]), docx, "UNSUPPORTED_TYPE"],
    [
      "a picture that is called text",
      Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
      "text/plain",
      "UNSUPPORTED_TYPE",
    ],
  ])("%s is refused", async (_, bytes, contentType, errorCode) => {
    await expect(read(bytes, contentType)).rejects.toMatchObject({ name: "DocumentError", errorCode })
  })

  it("a PDF with a password is refused as protected, a PDF cut in half as damaged", async () => {
    const locked = await makePdf(["Secret."], { password: "open sesame" })
    await expect(read(locked, pdf)).rejects.toMatchObject({ errorCode: "ENCRYPTED" })
    const whole = await makePdf(["Text."])
    await expect(read(whole.slice(0, 60), pdf)).rejects.toMatchObject({ errorCode: "CORRUPT" })
  })
})

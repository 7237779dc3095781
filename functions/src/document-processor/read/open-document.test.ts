// Reads each format, and rejects each kind of file that cannot be read.
import { zipSync } from "fflate"
import { describe, expect, test, vi } from "vitest"
import { hostileFiles } from "../../../test/hostile-files/hostile-files.ts"
import { makeCompoundFile } from "../../../test/make-doc.ts"
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
  test("is read page by page, with its title", async () => {
    const bytes = await makePdf(["The first page.", "The second page: naïve café."], { title: "Zwölf Brücken" })
    expect(await read(bytes, pdf)).toEqual({
      title: "Zwölf Brücken",
      pages: ["The first page.", "The second page: naïve café."],
    })
  })

  test("keeps the lines of its pages, and the hyphen of a broken word", async () => {
    const { pages } = await read(await makePdf(["One line\nand a gate-\nway"]), pdf)
    expect(pages).toEqual(["One line\nand a gate-\nway"])
  })

  test("has no text on a page with only a picture", async () => {
    expect((await read(await makePdf(["", "Text."]), pdf)).pages).toEqual(["", "Text."])
  })

  test("is recognized by its bytes, also when it is declared as text or starts after a preamble", async () => {
    const bytes = await makePdf(["Here."])
    expect((await read(bytes, "text/plain")).pages).toEqual(["Here."])
    expect((await read(Buffer.concat([Buffer.from("\n\n"), bytes]), pdf)).pages).toEqual(["Here."])
  })

  test("has what was filled into the fields of its form, also when the value is not stored in the widget", async () => {
    const fields = [
      "5 0 obj <</FT/Tx/T(name)/V(Maria Keller)/Kids[6 0 R]>> endobj",
      "6 0 obj <</Type/Annot/Subtype/Widget/Parent 5 0 R/Rect[10 10 90 30]>> endobj",
      "7 0 obj <</Type/Annot/Subtype/Widget/FT/Ch/T(color)/V(Green)/Opt[(Blue)(Green)]/Ff 131072/Rect[10 40 90 60]>> endobj",
      "8 0 obj <</Type/Annot/Subtype/Widget/FT/Btn/T(agree)/V/Yes/Rect[10 70 90 90]>> endobj",
      "9 0 obj <</Type/Annot/Subtype/Widget/FT/Tx/T(empty)/Rect[10 10 90 30]>> endobj",
    ]
    const form = [
      "%PDF-1.4",
      "1 0 obj <</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 7 0 R 8 0 R 9 0 R]>>>> endobj",
      "2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 300 300]>> endobj",
      "3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[6 0 R 7 0 R 8 0 R 9 0 R]/Resources<</Font<</F 10 0 R>>>>>> endobj",
      "4 0 obj <</Length 37>> stream\nBT /F 9 Tf 20 200 Td (Your name) Tj ET\nendstream endobj",
      ...fields,
      "10 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj",
      "trailer <</Root 1 0 R>>",
    ]
    expect((await read(form.join("\n"), pdf)).pages).toEqual(["Your name\nMaria Keller\nGreen"])
  })

  test("releases the memory of each page: 60 pages take no more than 10", async () => {
    const Instance = vi.spyOn(webAssembly, "Instance")
    const document = await openDocument(crowdedPdf(60), pdf)
    const instance = Instance.mock.results[0]?.value as EngineInstance
    Instance.mockRestore()
    const memory = () => instance.exports.memory.buffer.byteLength
    const pages = document.pages()[Symbol.iterator]()
    for (let read = 0; read < 10; read += 1) expect(pages.next().value).toContain("ab")
    const afterTen = memory()
    for (let next = pages.next(); !next.done; next = pages.next());
    expect(memory()).toBe(afterTen)
    document.close()
  })
})

type EngineInstance = { exports: { memory: { buffer: ArrayBuffer } } }

// TypeScript has the types of WebAssembly only together with those of browsers.
const { WebAssembly: webAssembly } = globalThis as unknown as { WebAssembly: { Instance: new () => EngineInstance } }

/** A PDF whose pages all show the same words, each placed by its own operator: a small file that takes much memory to read. */
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
  test("Word documents are read with their paragraphs", async () => {
    const { pages } = await read(makeDocx(["A heading", "Tom & Mary < all."]), docx)
    expect(pages.join("").trim()).toBe("A heading\n\nTom & Mary < all.")
  })

  test("a long Word document is divided into pages", async () => {
    const { pages } = await read(makeDocx(Array.from({ length: 40 }, () => "A sentence of words. ".repeat(20))), docx)
    expect(pages.length).toBeGreaterThan(4)
  })

  test("plain text is divided at form feeds and decoded as UTF-8, UTF-16 or Windows-1252", async () => {
    expect((await read("One.\fTwo: é.\f\n", "text/plain")).pages).toEqual(["One.", "Two: é."])
    expect((await read(Buffer.from("Caf\xe9 \x80", "latin1"), "text/plain")).pages).toEqual(["Café €"])
    expect((await read(Buffer.from("\ufeffZwölf", "utf16le"), "text/plain")).pages).toEqual(["Zwölf"])
  })

  test("Markdown is read without its marks", async () => {
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

  test("HTML is read as a browser shows it", async () => {
    const html = `<!doctype html><html><head><title>The
      title</title><style>p{}</style></head><body><nav>Home</nav><h1>Heading</h1><p>One <b>bold</b>&nbsp;word &amp;
      more.<br>Line</p><script>no()</script><ul><li>Item</ul><p>Unclosed</body>`
    const { title, pages } = await read(html, "text/html")
    expect(title).toBe("The title")
    expect(pages[0]?.split(/\n+/)).toEqual(["Heading", "One bold word & more.", "Line", "Item", "Unclosed"])
  })
})

describe("files that cannot be read", async () => {
  const bomb = hostileFiles().find(({ name }) => name === "docx: a main part above the limit")
  const office = Buffer.from("d0cf11e0a1b11ae1", "hex")

  test.each([
    ["a file of no bytes", "", pdf, "EMPTY"],
    ["a text of white space only", " \n\t\n", "text/plain", "EMPTY"],
    ["a text that is declared as PDF", "Dear reader, I am a letter.", pdf, "CORRUPT"],
    ["a PDF that ends after its first line", "%PDF-1.7\n", pdf, "CORRUPT"],
    ["a zip archive that is not a Word document", zipSync({ "a.txt": new Uint8Array(9) }), docx, "UNSUPPORTED_TYPE"],
    ["a Word document that is cut off", makeDocx(["Text"]).slice(0, 700), docx, "CORRUPT"],
    ["a Word document that inflates to more than the limit", await bomb?.make(), docx, "TOO_LARGE"],
    ["a Word document with a password", makeCompoundFile({ EncryptedPackage: Buffer.alloc(64) }), docx, "ENCRYPTED"],
    ["a compound file that is damaged", Buffer.concat([office, Buffer.alloc(600)]), docx, "CORRUPT"],
    [
      "a picture that is declared as text",
      Buffer.from("4749463839610100010080010000ff", "hex"),
      "text/plain",
      "UNSUPPORTED_TYPE",
    ],
  ])("%s is rejected", async (_, bytes = "", contentType, errorCode) => {
    await expect(read(bytes, contentType)).rejects.toMatchObject({ name: "DocumentError", errorCode })
  })

  test("a PDF with a password is rejected as ENCRYPTED, a PDF that is cut off as CORRUPT", async () => {
    const locked = await makePdf(["Secret."], { password: "open sesame" })
    await expect(read(locked, pdf)).rejects.toMatchObject({ errorCode: "ENCRYPTED" })
    const whole = await makePdf(["Text."])
    await expect(read(whole.slice(0, 60), pdf)).rejects.toMatchObject({ errorCode: "CORRUPT" })
  })
})

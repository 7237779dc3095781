// Reads Word documents of the format before 2007.
import { expect, test } from "vitest"
import { type DocParts, makeCompoundFile, makeDoc } from "../../../test/make-doc.ts"
import { openDocument } from "./open-document.ts"

async function read(bytes: Uint8Array) {
  const document = await openDocument(bytes, "application/octet-stream")
  return { title: document.title, pages: [...document.pages()].map((page) => page.trim()) }
}

const textOf = async (parts: DocParts) => (await read(makeDoc(parts))).pages.join("\f")

test("paragraphs, table cells, line breaks and pages are kept, from pieces of either width", async () => {
  const parts = { body: ["Relay stations\rcaf\xe9\x07two\x07\x07", "Станции\x0bреки\r", "\x0cSecond page\r"] }
  expect(await textOf(parts)).toBe("Relay stations\n\ncaf\xe9\ttwo\t\tСтанции\nреки\fSecond page")
})

test("headers are read first, and notes and comments last", async () => {
  const parts = { body: ["Body.\r"], footnotes: "Foot.\r", headers: "Head.\r", comments: "Why?\r", endnotes: "End.\r" }
  expect(await textOf(parts)).toBe("Head.\n\nBody.\n\nFoot.\n\nEnd.\n\nWhy?")
})

test("a field shows its result, also within the instructions of another, and no instructions", async () => {
  const link = "\x13 HYPERLINK \x13 DOCPROPERTY x \x14inner\x15 \x14the page\x15"
  expect(await textOf({ body: [`See ${link}, page \x13PAGE\x15.\r`] })).toBe("See the page, page .")
})

test.each([["Kept, gone, kept.\r"], ["Оставлено, gone, kept.\r"]])("deleted text of %j is left out", async (text) => {
  const parts = { body: ["A first piece.\r", text] }
  expect(await textOf({ ...parts, deleted: "gone, " })).not.toContain("gone")
  expect(await textOf({ ...parts, deleted: "gone, " })).toMatch(/kept\.$/)
  expect(await textOf(parts)).toContain("gone, kept.")
})

test("the title is that of the properties, in their code page", async () => {
  expect((await read(makeDoc({ body: ["Text\r"], title: "Отчет" }))).title).toBe("Отчет")
  expect((await read(makeDoc({ body: ["Text\r"] }))).title).toBeNull()
})

const rejected = (bytes: Uint8Array, errorCode: string) =>
  expect(read(bytes)).rejects.toMatchObject({ name: "DocumentError", errorCode })

test("an encrypted document, another program's file and a file without its table are told apart", async () => {
  await rejected(makeDoc({ body: ["Text\r"], flags: 0x0100 }), "ENCRYPTED")
  await rejected(
    makeCompoundFile({ EncryptedPackage: Buffer.alloc(64), EncryptionInfo: Buffer.alloc(64) }),
    "ENCRYPTED",
  )
  await rejected(makeCompoundFile({ Workbook: Buffer.alloc(64) }), "UNSUPPORTED_TYPE")
  await rejected(makeCompoundFile({ WordDocument: Buffer.alloc(64) }), "CORRUPT")
})

test("a damaged document is rejected, wherever it is damaged, and never takes longer than a moment", async () => {
  const intact = makeDoc({ body: ["Some text of a document. ".repeat(200)], headers: "Head.\r", title: "Title" })
  for (let length = 0; length < intact.length; length += 97) {
    const cut = intact.slice(0, length)
    const filled = Uint8Array.from(intact, (byte, index) => (index >= length && index < length + 40 ? 0xff : byte))
    for (const bytes of [cut, filled]) {
      const error = await read(bytes).then(
        () => undefined,
        (reason) => reason,
      )
      if (error !== undefined) expect(error).toMatchObject({ name: "DocumentError" })
    }
  }
})

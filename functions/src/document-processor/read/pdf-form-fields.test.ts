// Reads what was filled into the fields of PDF forms, and what was typed onto their pages.
import { expect, test } from "vitest"
import { openDocument } from "./open-document.ts"

/** @param annotations of the only page, which are objects 10, 11, …; others of the fields are 20, 21, … */
function formPdf(annotations: readonly string[], others: readonly string[] = [], hasForm = true): Uint8Array {
  const ids = annotations.map((_, at) => `${10 + at} 0 R`).join(" ")
  const fields = others.length > 0 ? others.map((_, at) => `${20 + at} 0 R`).join(" ") : ids
  const dictionary = (start: number) => (content: string, at: number) => `${start + at} 0 obj <<${content}>> endobj`
  return Buffer.from(
    [
      "%PDF-1.7",
      `1 0 obj <</Type/Catalog/Pages 2 0 R${hasForm ? `/AcroForm<</Fields[${fields}]>>` : ""}>> endobj`,
      "2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 300 300]>> endobj",
      `3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[${ids}]/Resources<</Font<</F 5 0 R>>>>>> endobj`,
      "4 0 obj <</Length 32>> stream\nBT /F 9 Tf 20 200 Td (Form) Tj ET\nendstream endobj",
      "5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj",
      ...annotations.map((content) => `/Type/Annot/Rect[10 10 90 30]${content}`).map(dictionary(10)),
      ...others.map(dictionary(20)),
      "trailer <</Root 1 0 R>>",
    ].join("\n"),
    "latin1",
  )
}

async function linesOf(bytes: Uint8Array): Promise<string[]> {
  const document = await openDocument(bytes, "application/pdf")
  const lines = [...document.pages()].join("\n").split("\n")
  document.close()
  expect(lines[0]).toBe("Form")
  return lines.slice(1)
}

const button = "/Subtype/Widget/FT/Btn/AP<</N<</Yes 4 0 R>>>>"
const choice = "/Subtype/Widget/FT/Ch"

test.each([
  [
    "text of several lines, in any script",
    ["/Subtype/Widget/FT/Tx/Ff 4096/T(a)/V<FEFF65E5672C000D7B2C4E8C>"],
    ["日本", "第二"],
  ],
  [
    "boxes that are checked, by their description or name",
    [
      `${button}/T(terms)/TU(I agree to the terms)/V/Yes/AS/Yes`,
      `${button}/T(news)/V/Yes/AS/Yes`,
      `${button}/T(spam)/TU(Send me letters)/V/Off/AS/Off`,
    ],
    ["☒ I agree to the terms", "☒ news"],
  ],
  ["what was chosen as the list shows it", [`${choice}/Ff 131072/T(a)/Opt[[(g)(Green)][(b)(Blue)]]/V(g)`], ["Green"]],
  [
    "all that was chosen of a list",
    [`${choice}/Ff 2097152/T(a)/Opt[(Green)(Blue)(Red)]/V[(Green)(Red)]/I[0 2]`],
    ["Green, Red"],
  ],
  ["a value that was typed into a list", [`${choice}/Ff 393216/T(a)/Opt[(Green)(Blue)]/V(Mauve)`], ["Mauve"]],
  ["no passwords", ["/Subtype/Widget/FT/Tx/Ff 8192/T(a)/V(hunter2)"], []],
  ["no hidden fields", ["/Subtype/Widget/FT/Tx/F 2/T(a)/V(hidden)", "/Subtype/Widget/FT/Tx/F 32/T(b)/V(no view)"], []],
  [
    "text that was typed onto the page, and no notes beside it",
    [
      "/Subtype/FreeText/DA(/F 9 Tf)/Contents(Typed here)",
      "/Subtype/Text/Contents(A note)",
      "/Subtype/Widget/FT/Tx/T(a)/V(Value)",
    ],
    ["Typed here", "Value"],
  ],
] as const)("reads %s", async (_what, annotations, expected) => {
  expect(await linesOf(formPdf(annotations))).toEqual(expected)
})

test("reads which of several radio buttons was chosen", async () => {
  const radio = (state: string) => `/Subtype/Widget/Parent 20 0 R/AP<</N<</${state} 4 0 R>>>>`
  const field = "/FT/Btn/Ff 49152/T(a)/TU(Colour)/V/red/Kids[10 0 R 11 0 R]"
  const buttons = [`${radio("blue")}/AS/Off`, `${radio("red")}/AS/red`]
  expect(await linesOf(formPdf(buttons, [field]))).toEqual(["☒ Colour: red"])
})

test("reads text that was typed onto the page of a document without a form", async () => {
  expect(await linesOf(formPdf(["/Subtype/FreeText/Contents(Typed here)"], [], false))).toEqual(["Typed here"])
})

test("reads the first 5,000 annotations of a page", async () => {
  const texts = Array.from({ length: 5_100 }, (_, at) => `${at}`)
  const ids = texts.map((_, at) => `${10 + at} 0 R`).join(" ")
  const annotations = texts.map(
    (text, at) => `${10 + at} 0 obj <</Type/Annot/Subtype/FreeText/Rect[1 1 9 9]/Contents(${text})>> endobj`,
  )
  const page = String(Buffer.from(formPdf([]))).replace("Annots[]", `Annots[${ids}]`)
  expect(await linesOf(Buffer.from(page.replace("trailer", `${annotations.join("\n")}\ntrailer`)))).toEqual(
    texts.slice(0, 5_000),
  )
})

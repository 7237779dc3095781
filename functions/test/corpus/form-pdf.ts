// Writes a PDF form with one text field.

type Form = { label: string; value: string }

/** @param form in ASCII */
export function writeFormPdf({ label, value }: Form): Uint8Array {
  const content = `BT /F 12 Tf 20 400 Td (${label}) Tj ET`
  return Buffer.from(
    `%PDF-1.7
1 0 obj <</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]>>>> endobj
2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 500 500]>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/Contents 5 0 R/Annots[6 0 R]/Resources<</Font<</F 4 0 R>>>>>> endobj
4 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
5 0 obj <</Length ${content.length}>> stream
${content}
endstream endobj
6 0 obj <</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(${value})/Rect[200 390 400 410]/P 3 0 R>> endobj
trailer <</Root 1 0 R>>`,
    "latin1",
  )
}

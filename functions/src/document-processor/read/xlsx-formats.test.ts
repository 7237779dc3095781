// Shows the numbers of workbooks as their cells do.
import { expect, test } from "vitest"
import { makeArchive, relationships } from "../../../test/make-archives.ts"
import { openDocument } from "./open-document.ts"

/** A workbook of one row. @param codes of the formats 164, 165, …; the styles of cells are these and then 9, 14, 21, 22 */
async function cells(row: string, codes: readonly string[] = [], workbook = ""): Promise<string[]> {
  const custom = codes.map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${code}"/>`).join("")
  const styles = [0, ...codes.map((_, at) => 164 + at), 9, 14, 21, 22].map((id) => `<xf numFmtId="${id}"/>`).join("")
  const archive = makeArchive({
    "_rels/.rels": relationships([["officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `<workbook>${workbook}<sheets><sheet name="A" r:id="r0"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationships([
      ["worksheet", "sheet.xml"],
      ["styles", "styles.xml"],
    ]),
    "xl/styles.xml": `<styleSheet><numFmts>${custom}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${styles}</cellXfs></styleSheet>`,
    "xl/sheet.xml": `<worksheet><sheetData><row>${row}</row></sheetData></worksheet>`,
  })
  const [page = ""] = [...(await openDocument(archive, "")).pages()]
  return page.slice("A\n\n".length).trimEnd().split("\t")
}

const cell = (value: number | string, style = 0) => `<c s="${style}"><v>${value}</v></c>`

test("dates, times and percentages have the form of their built-in formats", async () => {
  expect(await cells(cell(0.195, 1) + cell(46352, 2) + cell(0.75, 3) + cell(46352.5, 4))).toEqual([
    "19.5%",
    "2026-11-26",
    "18:00",
    "2026-11-26 12:00",
  ])
})

test.each([
  ["dd\\.mm\\.yyyy", "2026-11-26"],
  ["[$-409]d mmm yy;@", "2026-11-26"],
  ["yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;", "2026-11-26"],
  ["mmm", "2026-11-26"],
  ["d/m/yy h:mm", "2026-11-26 06:00"],
  ["#,##0.00\\ &quot;days&quot;", "46352.25"],
  ["[Red]0.0", "46352.25"],
  ["General", "46352.25"],
  ["[h]:mm", "46352.25"],
  ["0.00%", "4635225%"],
])("a number of the format %s is shown as %s", async (code, expected) => {
  expect(await cells(cell(46352.25, 1), [code])).toEqual([expected])
})

test("days are counted from 1904 where the workbook says so", async () => {
  expect(await cells(cell(44890, 2), [], `<workbookPr date1904="1"/>`)).toEqual(["2026-11-26"])
})

test("other values are shown as they are: numbers without noise, booleans, dates of ISO 8601, and no dates", async () => {
  const others = `<c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="d" s="2"><v>2026-11-26</v></c><c t="str" s="2"><v>5</v></c>`
  expect(await cells(cell("0.30000000000000004") + cell(-1, 2) + cell(1e9, 2) + others)).toEqual([
    "0.3",
    "-1",
    "1000000000",
    "TRUE",
    "FALSE",
    "2026-11-26",
    "5",
  ])
})

import { expect, test } from "vitest"
import { isSameRow } from "./is-same-row.ts"

const item = { fileName: "report.pdf" }
const row = { item, isExpanded: false, text: { line: "Page 2 of 9", pace: undefined } }

test("a row is rendered again when its document, its state or one of its texts changes", () => {
  expect(isSameRow(row, { ...row, item: { ...item } })).toBe(false)
  expect(isSameRow(row, { ...row, isExpanded: true })).toBe(false)
  expect(isSameRow(row, { ...row, text: { line: "Page 3 of 9", pace: undefined } })).toBe(false)
})

test("a row is not rendered again when equal texts were formatted for it", () => {
  expect(isSameRow(row, { ...row, text: { ...row.text } })).toBe(true)
})

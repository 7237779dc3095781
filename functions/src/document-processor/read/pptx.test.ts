// The fields of slides, such as slide numbers, are left out, and the text after them is read.
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate"
import { expect, test } from "vitest"
import { makePptx } from "../../../test/make-archives.ts"
import { openDocument } from "./open-document.ts"

async function textOf(paragraphs: string): Promise<string> {
  const files = unzipSync(makePptx([{ text: ["first"] }]))
  const name = "ppt/slides/slide1.xml"
  const slide = strFromU8(files[name]!).replace("</p:sld>", `${paragraphs}</p:sld>`)
  const document = await openDocument(zipSync({ ...files, [name]: strToU8(slide) }), "")
  return [...document.pages()].join("").replace(/\s+/g, " ").trim()
}

const run = (text: string) => `<a:r><a:t>${text}</a:t></a:r>`

test("a field is left out, and the text before and after it is kept", async () => {
  const field = "<a:fld type='datetime'><a:t>today</a:t></a:fld>"
  expect(await textOf(`<a:p>${run("before ")}${field}${run("after")}</a:p><a:p>${run("last")}</a:p>`)).toBe(
    "first before after last",
  )
})

test("a field within another one ends with the outer one", async () => {
  const nested = "<a:fld><a:fld><a:t>x</a:t></a:fld><a:t>y</a:t></a:fld>"
  expect(await textOf(`<a:p>${nested}${run("after")}</a:p>`)).toBe("first after")
})

test("a line break within a paragraph separates words, and text outside of runs is left out", async () => {
  expect(await textOf(`<a:p>${run("one")}<a:br/>${run("two")}loose</a:p>`)).toBe("first one two")
})

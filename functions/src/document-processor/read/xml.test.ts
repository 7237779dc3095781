// Reads the text of XML of any vocabulary.
import { expect, test } from "vitest"
import { openDocument } from "./open-document.ts"

async function read(xml: string, type = "application/xml") {
  const document = await openDocument(Buffer.from(xml), type)
  return { title: document.title, text: [...document.pages()].join("\f") }
}

const long = "The bridge is closed because its beams are rotten, and the pupils walk a detour every morning."

test.each([
  ["elements on lines", "<a>\n  <b>one</b>\n  <b>two</b>\n</a>", "one\ntwo"],
  ["elements without spaces between them", "<a><b>one</b><b>two</b></a>", "one\ntwo"],
  [
    "elements within a sentence",
    "<p>The <b>old</b> <i>stone</i>-built bridge<sup>1</sup>.</p>",
    "The old stone-built bridge1.",
  ],
  [
    "a sentence that starts with an element",
    "<p><b>Old</b> bridges</p>\n<p><i>New</i>er ones</p>",
    "Old bridges\nNewer ones",
  ],
  [
    "a sentence whose lines are broken",
    "<p>The <b>old</b>\n  bridge <i>is\n  closed</i>\n  today\n  <i>again</i>.</p>",
    "The old bridge is closed today again.",
  ],
  ["lists within lists", "<li>One\n  <ul>\n    <li>Two</li>\n  </ul>\n</li>", "One\nTwo"],
  ["long texts as paragraphs", `<a><p>${long}</p><p>${long}</p></a>`, `${long}\n\n${long}`],
  ["white space as one space", "<p>\n  one\n    two\n</p>", "one two"],
  ["entities and sections of characters", "<p>a &amp; &#x4e2d;<![CDATA[ <b> ]]></p>", "a & 中 <b>"],
  ["no comments, instructions and attributes", `<?xml version="1.0"?><!-- no --><a b="no"><?no?>yes</a>`, "yes"],
  ["no entities of its own", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, "&x;"],
  ["a file that is cut off", "<a><b>one</b><b>tw", "one\ntw"],
])("reads %s", async (_what, xml, expected) => {
  expect((await read(xml)).text).toBe(expected)
})

test("the first title is that of the document", async () => {
  const xml = "<rss><title>\n River  <b>news</b></title><item><title>Second</title></item></rss>"
  expect((await read(xml)).title).toBe("River news")
  expect((await read("<a>x</a>")).title).toBeNull()
})

test("the content decides: XML that is declared as text is read as XML, and XHTML as HTML", async () => {
  expect((await read(`<?xml version="1.0"?><a><b>one</b><b>two</b></a>`, "text/plain")).text).toBe("one\ntwo")
  const page = "<html><head><title>T</title></head><body><nav>no</nav><p>yes</p></body></html>"
  expect((await read(`<?xml version="1.0"?><!DOCTYPE html>${page}`, "application/xml")).text).toBe("yes")
})

test("very many levels are read", async () => {
  expect((await read(`${"<a>".repeat(2e5)}x${"</a>".repeat(2e5)}`)).text).toBe("x")
})

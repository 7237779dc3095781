import { expect, test } from "vitest"
import { decodeXml, encodeXml } from "./xml.ts"

test("a text is the same after it was encoded and decoded", () => {
  const text = `<a href="x">'&amp;' & 雪</a>`
  expect(decodeXml(encodeXml(text))).toBe(text)
})

test.each([
  ["&#65;&#x42;&#x1F600;", "AB😀"],
  ["&lt;&gt;&quot;&apos;&amp;", "<>\"'&"],
  ["&unknown;&constructor;", "&unknown;&constructor;"],
  ["&#x110000;&#99999999999;", "&#x110000;&#99999999999;"],
  ["&#xD800;&#57343;", "&#xD800;&#57343;"],
])("%s is decoded to %s", (encoded, decoded) => {
  expect(decodeXml(encoded)).toBe(decoded)
})

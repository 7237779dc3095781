// Texts in the encodings that documents have, with and without a byte order mark or a declaration.
import { expect, test } from "vitest"
import { stories, textOf } from "../../../test/corpus/stories.ts"
import { encodeText } from "../../../test/encode-text.ts"
import { samplesByLanguage } from "../../../test/samples-by-language.ts"
import { declaredEncoding, decodeText } from "./decode-text.ts"
import { openDocument } from "./open-document.ts"

const japanese =
  "これは日本語の文書です。東京は日本の首都であり、人口は約千四百万人です。鉄道の駅が多く、毎日利用しています。"
const chinese = "这是一个中文文件。北京是中国的首都，人口超过两千万。每天有很多人乘坐地铁上班。"
const traditional = "這是一份中文文件。臺北是臺灣的首都，人口超過兩百萬。每天有很多人搭乘捷運上班。"
const korean = "이것은 한국어 문서입니다. 서울은 대한민국의 수도이며 인구는 약 천만 명입니다."
const russian = "Это документ на русском языке. Москва является столицей России, в городе живёт много людей."
const greek = "Αυτό είναι ένα έγγραφο στα ελληνικά. Η Αθήνα είναι η πρωτεύουσα της Ελλάδας."
const german = "Die Übergabe der Geräte erfolgt in Köln. Größere Mengen müssen früher bestellt werden."
const turkish = "Bu bir Türkçe belgedir. İstanbul'un nüfusu on beş milyonu geçmektedir, şehir çok kalabalıktır."
const polish = "To jest dokument po polsku. Zażółć gęślą jaźń. Warszawa jest stolicą Polski i największym miastem."
const hebrew = "זהו מסמך בעברית. ירושלים היא בירת ישראל והעיר הגדולה ביותר בה."
const arabic = "هذه وثيقة باللغة العربية. القاهرة هي عاصمة مصر وأكبر مدينة فيها."

test.each([
  ["shift_jis", japanese],
  ["euc-jp", japanese],
  ["iso-2022-jp", japanese],
  ["gb18030", chinese],
  ["big5", traditional],
  ["euc-kr", korean],
  ["koi8-r", russian],
  ["windows-1251", russian],
  ["windows-1250", polish],
  ["windows-1252", german],
  ["windows-1253", greek],
  ["windows-1254", turkish],
  ["windows-1255", hebrew],
  ["windows-1256", arabic],
  ["koi8-u", textOf(stories.uk)],
  ["iso-8859-5", russian],
])("recognizes %s without a declaration", (encoding, text) => {
  expect(decodeText(encodeText(text, encoding))).toBe(text)
})

test.each(["utf-16le", "utf-16be", "utf-32le", "utf-32be"])(
  "recognizes %s without a byte order mark in every script, also without spaces and of one word",
  (encoding) => {
    for (const text of Object.values(samplesByLanguage)) {
      expect(decodeText(encodeText(text, encoding))).toBe(text)
      const word = text.replace(/[\s\p{P}]/gu, "").slice(0, 12)
      expect(decodeText(encodeText(word, encoding))).toBe(word)
    }
    expect(decodeText(encodeText("Hi", encoding))).toBe("Hi")
  },
)

test.each(["utf-16le", "utf-16be", "utf-32le", "utf-32be"])("reads %s with a byte order mark", (encoding) => {
  expect(decodeText(encodeText(`\ufeff${japanese} 🙂`, encoding))).toBe(`${japanese} 🙂`)
})

test.each([
  ["shift_jis", japanese],
  ["euc-jp", japanese],
  ["gb18030", chinese],
  ["big5", traditional],
  ["euc-kr", korean],
])("recognizes %s of forty bytes, wherever the text is cut", (encoding, text) => {
  for (let start = 0; start + 20 <= text.length; start += 1) {
    const part = text.slice(start, start + 20)
    expect(decodeText(encodeText(part, encoding))).toBe(part)
  }
})

test("Chinese of which each character is a Japanese one too stays Chinese", () => {
  const text = "北京大会的人都能看到电脑里的内容吗他们不能都看到的"
  expect(decodeText(encodeText(text, "gb18030"))).toBe(text)
})

test.each([
  ["windows-1252", ["en", "de", "fr", "es", "pt", "it", "sv"]],
  ["windows-1250", ["pl"]],
  ["iso-8859-2", ["pl"]],
  ["windows-1251", ["ru", "uk"]],
  ["koi8-r", ["ru"]],
  ["koi8-u", ["uk"]],
  ["iso-8859-5", ["ru"]],
  ["ibm866", ["ru"]],
  ["windows-1253", ["el"]],
  ["iso-8859-7", ["el"]],
  ["windows-1254", ["tr"]],
  ["windows-1256", ["ar"]],
  ["iso-8859-6", ["ar"]],
] as const)("recognizes %s of eighty letters, wherever the text is cut", (encoding, languages) => {
  for (const language of languages) {
    const text = textOf(stories[language])
    for (let start = 0; start + 80 <= text.length; start += 29) {
      const part = text.slice(start, start + 80)
      expect(decodeText(encodeText(part, encoding))).toBe(part)
    }
  }
})

test.each([
  ["windows-1251", russian],
  ["koi8-r", russian],
  ["iso-8859-5", russian],
  ["windows-1253", greek],
  ["windows-1250", polish],
  ["windows-1252", german],
])("recognizes %s in capitals", (encoding, text) => {
  const capitals = text.toUpperCase()
  expect(decodeText(encodeText(capitals, encoding))).toBe(capitals)
})

test.each([
  "Café €",
  "5 €",
  "20 °C, 5 µm, © 2026",
  "“Hi” café",
  "Müller & Söhne",
  "x² ± ½",
  "¿Qué?",
  "Genève ® déjà, © crème",
])("takes the few signs of %s for a Western text", (text) =>
  expect(decodeText(encodeText(text, "windows-1252"))).toBe(text),
)

test("two words of Western languages in an English text are decoded as such", () => {
  const words = "José Müller Ångström Øresund naïve São Curaçao España Größe piñata crème Noël £5 ×3 ½ ²".split(" ")
  for (const first of words) {
    for (const second of words) {
      const text = `The ${first} of the council; ${second} and others`
      expect(decodeText(encodeText(text, "windows-1252"))).toBe(text)
    }
  }
})

test("a few accents, quotation marks and capitals of Western languages are not Chinese, Japanese or Korean", () => {
  for (const text of [
    "“Who’s there?” he’d asked. “It’s me,” she’d said. “I’ve come.”",
    "ÄRLIGA ÅKARE I ÅMÅL ÄLSKAR ÄLGÅR",
    "ÄPPLEN ÄNGAR ÄLVAR ÅSNOR ÅNGRAR ÄGGEN ÅKRAR ÄRENDEN",
    "À l’été, l’élève créée l’œuvre — ¿qué? ¡Ñandú!",
  ]) {
    expect(decodeText(encodeText(text, "windows-1252"))).toBe(text)
  }
})

test.each(Object.entries(samplesByLanguage).filter(([, text]) => text.match(/[^\0-\x7f]/g)?.[3]))(
  "text of UTF-8 with a wrong byte, or cut off within a character, stays UTF-8: %s",
  (_language, text) => {
    const marked = Buffer.from(`${text}${text}é`)
    expect(decodeText(Buffer.concat([marked, Buffer.of(0xff)]))).toBe(`${text}${text}é\ufffd`)
    expect(decodeText(marked.subarray(0, -1))).toBe(`${text}${text}\ufffd`)
  },
)

test("a byte order mark decides before a declaration, and for a text with a wrong byte", () => {
  const marked = Buffer.concat([Buffer.from("\ufeffGröße\n"), Buffer.of(0xff)])
  expect(decodeText(marked)).toBe("Größe\n\ufffd")
  expect(decodeText(Buffer.from("\ufeffGröße"), () => "windows-1252")).toBe("Größe")
  // Three bytes of which only the first two are those of the mark.
  expect(decodeText(Buffer.from("\ufec0a"))).toBe("\ufec0a")
})

test("a long text in English does not hide the encoding of what follows", () => {
  const text = `${"The report of the year. ".repeat(5000)}${japanese}`
  expect(decodeText(encodeText(text, "shift_jis"))).toBe(text)
})

test.each([
  ["HTML", `<html><head><meta charset="shift_jis"></head><body>`, "text/html"],
  [
    "HTML of version 4",
    `<html><meta http-equiv="Content-Type" content="text/html; charset=shift_jis"><body>`,
    "text/html",
  ],
  ["XML", `<?xml version="1.0" encoding="Shift_JIS"?><a>`, "application/xml"],
])("reads the encoding that %s declares, also for a word that is too short to recognize", async (_, head, type) => {
  const document = await openDocument(encodeText(`${head}日本`, "shift_jis"), type)
  expect([...document.pages()].join("")).toContain("日本")
})

test.each([
  ["windows-1252", german],
  ["iso-8859-5", russian],
  ["shift_jis", japanese],
  ["utf-16", german],
])("reads UTF-8 that is declared as %s", (encoding, text) => {
  const declared = `<meta charset="${encoding}">${text}`
  expect(decodeText(Buffer.from(declared), declaredEncoding)).toBe(declared)
})

test("two characters that have the form of UTF-8 by chance are in the declared encoding", () => {
  const declared = `<meta charset="gbk">模模`
  expect(decodeText(encodeText(declared, "gbk"), declaredEncoding)).toBe(declared)
})

test.each([
  ["an encoding that does not exist", `<meta charset="no-such">`],
  ["another encoding than it has", `<meta charset="utf-8">`],
])("ignores a declaration of %s", (_, head) => {
  expect(decodeText(encodeText(`${head}${russian}`, "windows-1251"), declaredEncoding)).toBe(`${head}${russian}`)
})

test("finds no encoding in a text that only mentions one", () => {
  expect(declaredEncoding("Use charset=utf-7 in your pages.")).toBeUndefined()
})

test("rejects bytes that are not text", () => {
  expect(decodeText(Uint8Array.from({ length: 2000 }, (_, at) => (at * 7919) % 256))).toBeUndefined()
})

test("a declaration is searched in the first 1,024 bytes", () => {
  const declared = '<meta charset="ibm866">'
  const at = (place: number) => encodeText(`${" ".repeat(place)}${declared}мир`, "ibm866")
  expect(decodeText(at(1024 - declared.length), declaredEncoding)).toContain("мир")
  expect(decodeText(at(1024 - '<meta charset="'.length), declaredEncoding)).not.toContain("мир")
})

test("one wrong byte in 200 characters is a damaged text of its encoding, and more are another one", () => {
  const withErrors = (count: number) => Buffer.concat([Buffer.from("a".repeat(400 - count)), Buffer.alloc(count, 0xff)])
  expect(decodeText(withErrors(2), () => "utf-8")).toContain("\ufffd\ufffd")
  expect(decodeText(withErrors(3), () => "utf-8")).not.toContain("\ufffd")
})

test("a control character in a hundred is left out of a text, and more are of binary data", () => {
  expect(decodeText(Buffer.from(`${"a".repeat(198)}\0\0`))).toBe("a".repeat(198))
  expect(decodeText(Buffer.from(`${"a".repeat(197)}\0\0\0`))).toBeUndefined()
})

test("binary data with as many bytes of zero as UTF-16 is not text", () => {
  expect(decodeText(Uint8Array.from({ length: 400 }, (_, at) => (at % 4 < 2 ? 0 : 65)))).toBeUndefined()
})

test("a code point of UTF-32 that does not exist is replaced", () => {
  const bytes = Buffer.from(encodeText("\ufeffab", "utf-32le"))
  bytes.writeUInt32LE(0x110000, 4)
  expect(decodeText(bytes)).toBe("\ufffdb")
  bytes.writeUInt32LE(0x10ffff, 4)
  expect(decodeText(bytes)).toBe("\u{10ffff}b")
  // A part of a character at the end is left out.
  expect(decodeText(bytes.subarray(0, 11))).toBe("\u{10ffff}")
})

test("Thai of one byte per character is recognized by its letters", () => {
  const text = "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย"
  expect(decodeText(encodeText(text, "windows-874"))).toBe(text)
})

// Joins the lines of pages into blocks.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { textBlocks } from "./text-blocks.ts"

describe("paragraphs", () => {
  test("are joined across lines, and end with a short line or an empty one", () => {
    const page =
      "A heading\nThe first paragraph goes over two full\nlines and ends here.\nThe second one has its own two full\nlines too.\n\nThird."
    expect(textBlocks([page])).toEqual([
      "A heading",
      "The first paragraph goes over two full lines and ends here.",
      "The second one has its own two full lines too.",
      "Third.",
    ])
  })

  test("have no space between the lines of a script that has none between words", () => {
    const lines = ["水位计每三十秒测量一次水位，并把结果", "发送给值班人员。水位上涨时应当立即通", "知消防队和医院。"]
    expect(textBlocks([lines.join("\n")])).toEqual([lines.join("")])
  })

  test("continue on the next page", () => {
    expect(textBlocks(["A sentence that is begun on the first", "page and that ends on the second one."])).toEqual([
      "A sentence that is begun on the first page and that ends on the second one.",
    ])
  })

  test("start at each item of a list, without its mark", () => {
    expect(textBlocks(["• the first item of all of them\n• the second item of them all\n3. the third"])).toEqual([
      "the first item of all of them",
      "the second item of them all",
      "the third",
    ])
  })
})

describe("words that are broken at the end of a line", () => {
  test("are joined, with a hyphen only if the document contains the word with one", () => {
    expect(textBlocks(["It is a gate-\nway to a well-\nknown and, elsewhere, well-known place"])[0]).toBe(
      "It is a gateway to a well-known and, elsewhere, well-known place",
    )
  })

  test("are not joined when a dash ends the line or an upper-case letter starts the next", () => {
    expect(textBlocks(["The line with a dash at its end -\nand the Franco-\nGerman line after it"])[0]).toBe(
      "The line with a dash at its end - and the Franco- German line after it",
    )
  })
})

describe("text that is printed on every page", () => {
  const page = (number: number, text: string) => `The Handbook of Rivers\n${text}\nPage ${number} of 4`

  test("is removed: running heads and page numbers", () => {
    const pages = ["one", "two", "three", "four"].map((text, index) => page(index + 1, `Here the ${text} text is.`))
    expect(textBlocks(pages).join(" ")).toBe(
      "Here the one text is. Here the two text is. Here the three text is. Here the four text is.",
    )
  })

  test.each([
    ["in Roman numerals", ["i", "ii", "iii", "iv"].map((number) => [`Handbook ${number}`, `Page ${number} of iv`])],
    ["in Persian digits", [..."۱۲۳۴"].map((number) => [`راهنما ${number}`, `– ${number} –`])],
    ["in Chinese", [..."1234"].map((number) => [`手册 ${number}`, `第 ${number} 页`])],
  ])("is removed: numbers %s", (_what, edges) => {
    const pages = edges.map(([head, foot], at) => `${head}\nHere the ${"abcd"[at]} text is.\n${foot}`)
    expect(textBlocks(pages).join(" ")).toBe(
      "Here the a text is. Here the b text is. Here the c text is. Here the d text is.",
    )
  })

  test("is removed: the same head and foot of up to five lines", () => {
    const head = "The town.\nDepartment of bridges.\n\nConfidential, and not for others.\nFourth\nFifth\n"
    const foot = "Printed by Press and Sons.\nAll rights are reserved.\nThird of the foot"
    const texts = ["one", "two", "three"].map((text) => `Here is ${text}, ${"of the bridges, ".repeat(12)}its end.`)
    const pages = texts.map((text) => `${head}\n${text}\n\n${foot}`)
    expect(textBlocks(pages)).toEqual(texts)
    // What is most of a page is its text.
    const forms = ["one", "two", "three"].map((text) => `${head}\nHere is ${text}.\n\n${foot}`)
    expect(
      textBlocks(forms)
        .join(" ")
        .match(/Confidential, and not for others\./g),
    ).toHaveLength(3)
  })

  test("is removed: a long line that is the same on each page, and not one that differs in a number", () => {
    const texts = ["one", "two", "three"].map((text) => `Here is ${text}, ${"of the bridges, ".repeat(16)}its end.`)
    const terms = `This copy is licensed to the reader, and ${"nobody may lend or sell it to others, and ".repeat(4)}so on`
    const pages = (end: (at: number) => string) => texts.map((text, at) => `${text}\n\n${terms}${end(at)}`)
    expect(textBlocks(pages(() => "."))).toEqual(texts)
    expect(
      textBlocks(pages((at) => ` ${at}.`))
        .join(" ")
        .split(terms),
    ).toHaveLength(4)
  })

  test("is kept behind a line that differs, and when it only differs in its number", () => {
    const pages = ["one", "two", "three"].map(
      (text, at) =>
        `Top\nThe report\nRow ${at} of the table\n${text}\nThe same line.\nSome ${text}\n1 ${text}\nend ${text}`,
    )
    const blocks = textBlocks(pages).join(" ")
    for (const kept of ["Row 0 of the table", "Row 2 of the table"]) expect(blocks).toContain(kept)
    expect(blocks.match(/The same line\./g)).toHaveLength(3)
    expect(blocks).not.toContain("The report")
  })

  test("is kept inside pages, and when it is on two pages only", () => {
    const pages = ["a", "b", "c"].map(
      (letter) => `Top ${letter}\n\n${letter}\n\nThe same line.\n\n${letter}${letter}\n\nEnd ${letter}`,
    )
    expect(textBlocks(pages).filter((block) => block === "The same line.")).toHaveLength(3)
    expect(textBlocks([page(1, "One."), page(2, "Two.")]).join(" ")).toContain("The Handbook of Rivers")
  })
})

test("loses no word of a single page", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 20 }), (lines) => {
      // The edges of a page may contain its number, so they get words that cannot be one.
      const page = ["first line", "second line", ...lines.map((line) => line.join(" ")), "last but one", "the last"]
      expect(textBlocks([page.join("\n")]).join(" ")).toBe(page.join(" "))
    }),
  )
})

// Items as plain JSON, and the words of a filter.
import { expect, test } from "vitest"
import { itemFilter } from "./item-filter.ts"
import { plainItem } from "./plain-item.ts"

test("converts every type of attribute", () => {
  const item = plainItem({
    text: { S: "a" },
    number: { N: "1.5" },
    large: { N: "123456789012345678901234567890" },
    yes: { BOOL: true },
    nothing: { NULL: true },
    bytes: { B: "aGk=" },
    list: { L: [{ S: "a" }, { M: { deep: { N: "1" } } }] },
    texts: { SS: ["a", "b"] },
    numbers: { NS: ["1", "2"] },
    manyBytes: { BS: ["aGk="] },
  })
  expect(JSON.parse(JSON.stringify(item))).toEqual({
    text: "a",
    number: 1.5,
    large: "123456789012345678901234567890",
    yes: true,
    nothing: null,
    bytes: "aGk=",
    list: ["a", { deep: 1 }],
    texts: ["a", "b"],
    numbers: [1, 2],
    manyBytes: ["aGk="],
  })
})

test.each([
  ["", true],
  ["report", true],
  ["REPORT done", true],
  ["status:done", true],
  ["status:report", false],
  ["http://x", true],
  ["size:40", true],
  ["missing", false],
])("the filter %j matches: %s", (text, isMatch) => {
  const item = { id: "Report.pdf", status: "done", size: 40, link: "http://x/y" }
  expect(itemFilter(text)(item)).toBe(isMatch)
})

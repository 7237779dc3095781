// Which lines of a first page name its authors.
import { expect, test } from "vitest"
import { authorsInProperties, authorsOf } from "./authors.ts"

const abstract = `Water utilities lose a quarter of their water. ${"They search for leaks at night. ".repeat(12)}`

test.each([
  [
    "after the title, before their affiliation",
    ["Leaks in pipes", "Elena Petrova, Daniel Okafor and Mei Tanaka", "Technical University of Graz", abstract],
  ],
  [
    "with marks of footnotes and titles",
    ["Leaks in pipes", "Dr. Elena Petrova¹, Daniel Okafor², Mei Tanaka*", "e.petrova@example.org", abstract],
  ],
  [
    "with several marks, and a comma before the last",
    ["Leaks in pipes", "Elena Petrova1, Daniel Okafor2, and Mei Tanaka1,2", "1University of Graz, Austria", abstract],
  ],
  ["in a byline", ["Leaks in pipes", "By Elena Petrova, Daniel Okafor and Mei Tanaka", abstract]],
  ["in a German byline", ["Lecks in Rohren", "Von Elena Petrova, Daniel Okafor und Mei Tanaka", abstract]],
])("finds them %s", (_where, blocks) => {
  expect(authorsOf(blocks)).toEqual(["Elena Petrova", "Daniel Okafor", "Mei Tanaka"])
})

test.each([
  ["a title", ["Elena Petrova", "Technical University of Graz", abstract]],
  ["a heading before the text", ["Leaks in pipes", "Water Pipes", abstract]],
  ["the names of organizations", ["Leaks in pipes", "Harrow Council", "Technical University of Graz", abstract]],
  ["what follows the text", ["Leaks in pipes", abstract, "By Elena Petrova"]],
  ["a sentence that starts with By", ["Leaks in pipes", "By night the pumps are quiet", abstract]],
])("does not take %s for authors", (_what, blocks) => {
  expect(authorsOf(blocks)).toEqual([])
})

test("the properties of a document name persons, and not programs or accounts", () => {
  expect(authorsInProperties("Nora Lindqvist; Ole van Dam")).toEqual(["Nora Lindqvist", "Ole van Dam"])
  expect(authorsInProperties(" 王小明 ")).toEqual(["王小明"])
  for (const name of [
    "",
    "nora",
    "Microsoft Office User",
    "Windows User",
    "python-docx",
    "Administrator",
    "City Council",
    "x".repeat(400),
  ]) {
    expect(authorsInProperties(name)).toEqual([])
  }
})

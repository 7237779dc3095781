// Reads JSON as lines of names and values.
import { expect, test } from "vitest"
import { openDocument } from "./open-document.ts"

async function read(json: string, type = "application/json"): Promise<string> {
  return [...(await openDocument(Buffer.from(json), type)).pages()].join("\f")
}

const long = "The bridge is closed because its beams are rotten, and the pupils walk a detour every morning."

test.each([
  [
    "names with their values",
    `{"title": "A plan", "pages": 7, "isNew": true, "none": null}`,
    "title: A plan\npages: 7\nisNew: true\nnone: null",
  ],
  ["nested objects and lists", `{"a": {"b": ["c", "d"]}, "e": []}`, "a: \nb: \nc\nd\ne: "],
  ["numbers of a list on one line", `{"a": [1, -2.5e3, 3], "b": 4}`, "a: \n1, -2.5e3, 3\nb: 4"],
  ["escaped characters", String.raw`{"a": "\u4e2d\u6587 \"x\"\nb \ud83d\ude42"}`, `a: 中文 "x"\nb 🙂`],
  ["long texts as paragraphs", JSON.stringify(["a", long, long, "b"]), `a\n\n${long}\n\n${long}\n\nb`],
  ["lines that are values of their own", `{"a": 1}\n{"a": 2}\n`, "a: 1\na: 2"],
  ["a file that is cut off within a text", `{"a": "one", "b": "tw`, "a: one\nb: tw"],
  ["a file that is cut off within an escape", `["a\\`, "a\\"],
  ["a line break within a text", `["a\nb \\"c"]`, `a\nb \\"c`],
  ["a single value", "7", "7"],
  ["names without quotation marks", `{a: 1, b: "c"}`, "a: 1\nb: c"],
  ["another text as it is", "These are words, and [no] JSON.", "These are words, and [no] JSON."],
])("reads %s", async (_what, json, expected) => {
  expect(await read(json)).toBe(expected)
})

test("very many levels and values are read", async () => {
  expect(await read(`${"[".repeat(2e5)}1${"]".repeat(2e5)}`)).toBe("1")
  expect((await read(`[${"1,".repeat(1e5)}1]`)).replaceAll("\f", "")).toHaveLength(3e5 + 1)
})

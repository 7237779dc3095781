// Removes the marks of Markdown and keeps its words.
import { expect, test } from "vitest"
import { openMarkdown } from "./markdown.ts"

function words(markdown: string): string {
  return [...openMarkdown(markdown).pages()].join("").replace(/\s+/g, " ").trim()
}

test.each([
  ["headings", "# One\n\n## Two ##\ntext", "One Two text"],
  ["emphasis", "**bold**, __bold__, *italic*, ***both***", "bold, bold, italic, both"],
  ["emphasis across a line break", "**two\nlines**", "two lines"],
  ["links and images", "[text](https://x.example/a_b) ![image](a.png) [text][1]", "text image text"],
  ["code in a line", "`code` and ``code``", "code and code"],
  ["code blocks", "before\n```js\nlet x\n```\nafter\n~~~\ny\n~~~", "before after"],
  ["a code block that is not closed", "before\n```\nlet x", "before"],
  ["quotations", "> quoted\n> > twice", "quoted twice"],
  ["tables", "| a | b |\n|---|:-:|\n| c | d |", "a b c d"],
  ["rules", "a\n\n---\n\n* * *\n\nb", "a b"],
  ["comments", "a <!-- b\nc --> d", "a d"],
  ["front matter", "---\ntitle: x\n---\ntext", "text"],
  ["empty front matter", "---\n---\nbefore\n\n---\nafter", "before after"],
])("removes the marks of %s", (_, markdown, text) => {
  expect(words(markdown)).toBe(text)
})

test.each([
  "2 * 3 * 4",
  "a*b*c",
  "snake_case_name",
  "a ** b ** c",
  "[1] and (2)",
  "C# is fine",
  "5 > 4",
  "a | b",
  "a b |",
  "| a b",
  "2** x",
  "2__ x",
  "2* x",
])("keeps %j as it is", (text) => {
  expect(words(text)).toBe(text)
})

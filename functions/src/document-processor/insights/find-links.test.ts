// Finds web and e-mail addresses without what follows them in a sentence.
import { expect, test } from "vitest"
import { findLinks, linkTarget } from "./find-links.ts"

test.each([
  ["See https://example.com/a_(b).", ["https://example.com/a_(b)"]],
  ["(http://example.com/x), and", ["http://example.com/x"]],
  ["<https://a.org>; https://b.org, “https://c.org”!", ["https://a.org", "https://b.org", "https://c.org"]],
  ["https://example.com/a?b=1&c=2#d", ["https://example.com/a?b=1&c=2#d"]],
  ["看https://example.com/路。然后", ["https://example.com/路"]],
  ["https://medium.com/@name and a@b.com", ["https://medium.com/@name", "mailto:a@b.com"]],
  ["mail a.b+c@example.co.uk, or info@müller.de.", ["mailto:a.b+c@example.co.uk", "mailto:info@müller.de"]],
  ["https://a.eu-west-\n1.example.com\n/path\n- item", ["https://a.eu-west-1.example.com/path"]],
  ["https://a.example.com/\nNext line", ["https://a.example.com/"]],
  [
    "--url https://a1.execute-api.eu-west-1\\\n.example.com/dev --data x",
    ["https://a1.execute-api.eu-west-1.example.com/dev"],
  ],
  ["mailto:a@example.com", ["mailto:a@example.com"]],
])("finds the links in %s", (text, links) => {
  expect([...findLinks(text)]).toEqual(links)
})

test.each([
  "http://localhost:4000",
  "https://",
  "http://a b",
  "javascript:alert(1)",
  "ftp://example.com",
  "a@b",
  "a@b.1",
  "x@1.2.3.4",
  "a..b@example.com",
  "@name",
  "a@.com",
  "10 pieces @ 5.00",
  `https://example.com/${"a".repeat(500)}`,
])("finds no link in %s", (text) => {
  expect([...findLinks(text)]).toEqual([])
})

test("accepts targets of the schemes that are safe to open", () => {
  expect(linkTarget(" https://example.com/a ")).toBe("https://example.com/a")
  expect(linkTarget("MAILTO:a@example.com?subject=b")).toBe("mailto:a@example.com")
  for (const unsafe of ["javascript:alert(1)", "data:text/html,a", "/a", "#a", "mailto:", "vbscript:a"])
    expect(linkTarget(unsafe)).toBeUndefined()
})

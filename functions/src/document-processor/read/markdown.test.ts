// That no Markdown, however odd, takes long: patterns that look far ahead from every place would take minutes here.
import { expect, it } from "vitest"
import { openMarkdown } from "./markdown.ts"

it.each(["[", "<!-- ", "**a ", "__a ", "*a ", "` ", "```\n", "![a](", "|-", "# "])(
  "reads half a megabyte of %j",
  (piece) => {
    const document = openMarkdown(piece.repeat(500_000 / piece.length))
    expect(document.totalPages).toBeGreaterThan(0)
  },
)

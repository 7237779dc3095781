// Implements `npm run samples`: generates the sample documents. The same sources always give the same bytes.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { runCommand } from "../scripts/run-command.ts"
import { Book, type BookOptions } from "./typesetting/book.ts"
import { parseMarkdown } from "./typesetting/markdown.ts"
import { scanPage } from "./typesetting/scan.ts"
import { setBlocks } from "./typesetting/set-block.ts"
import { writeWordDocument } from "./typesetting/word-document.ts"

const sources = join(import.meta.dirname, "sources")
const handbook = join(import.meta.dirname, "..", "docs", "handbook")

/** Writes every generated sample to `folder` and returns their names. */
export async function generateSamples(folder: string): Promise<string[]> {
  const shortNote = await readFile(join(sources, "progress-in-three-pages.md"), "utf8")
  const shortBook = { title: "Progress in three pages", subtitle: "What a progress bar promises", bound: false }
  const short = await typeset(shortNote, shortBook)
  const samples: Record<string, Uint8Array> = {
    "websocket-handbook.pdf": await typeset(await readHandbook(), {
      title: "WebSocket APIs on API Gateway, from handshake to bill",
      subtitle: "How they work, what they cost, and what to do when they do not",
      bound: true,
    }),
    "progress-in-three-pages.pdf": short,
    "scanned-letter.pdf": await scan(await readFile(join(sources, "scanned-letter.txt"), "utf8")),
    "meeting-notes.docx": writeWordDocument(parseMarkdown(await readFile(join(sources, "meeting-notes.md"), "utf8"))),
    "protected.pdf": await typeset(shortNote, { ...shortBook, password: "open sesame" }),
    // Without its end a PDF has no cross-reference table.
    "broken.pdf": short.subarray(0, 4_000),
  }
  await mkdir(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(samples)) await writeFile(join(folder, name), bytes)
  return Object.keys(samples)
}

async function readHandbook(): Promise<string> {
  const chapters = (await readdir(handbook)).filter((name) => name.endsWith(".md") && name !== "README.md").sort()
  const texts = await Promise.all(["README.md", ...chapters].map((name) => readFile(join(handbook, name), "utf8")))
  const preface = (texts[0] ?? "").replace(/^# .*$/m, "# Before you read").replace(/^## Chapters[\s\S]*/m, "")
  return [preface, ...texts.slice(1)].join("\n")
}

async function typeset(markdown: string, options: BookOptions): Promise<Buffer> {
  const book = new Book(options)
  setBlocks(book, parseMarkdown(markdown))
  return book.finish()
}

/** Each page is one image without text, as a scanner makes it. */
async function scan(letter: string): Promise<Buffer> {
  const book = new Book({ title: "Scan", subtitle: "", bound: false })
  for (const [index, page] of letter.split("-- page --\n").entries()) book.addPicture(scanPage(page, index + 1))
  return book.finish({ numbered: false })
}

const command = {
  usage: "npm run samples",
  summary: "Generates the documents in samples/ from docs/handbook/ and samples/sources/.",
  options: {},
} as const

if (import.meta.main) {
  await runCommand(command, async () => {
    for (const name of await generateSamples(import.meta.dirname)) console.log(`samples/${name}`)
    return 0
  })
}

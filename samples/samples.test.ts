// The committed samples match their sources and the descriptions in README.md.
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { strFromU8, unzipSync } from "fflate"
import { afterAll, beforeAll, expect, test } from "vitest"
import { generateSamples } from "./generate.ts"

let folder: string
let names: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "samples-"))
  names = await generateSamples(folder)
})
afterAll(() => rm(folder, { recursive: true }))

const committed = (name: string) => readFile(join(import.meta.dirname, name))

/** The structure of a sample PDF, which is not compressed. */
async function structureOf(name: string) {
  const pdf = (await committed(name)).toString("latin1")
  const count = (pattern: RegExp) => pdf.match(pattern)?.length ?? 0
  return {
    pages: count(/\/Type \/Page\b(?!s)/g),
    texts: count(/\bBT\b/g),
    pictures: count(/\/Subtype \/Image\b/g),
    encrypted: pdf.includes("/Encrypt "),
    complete: pdf.trimEnd().endsWith("%%EOF"),
  }
}

test("the committed samples are the ones that the generator writes", async () => {
  expect(names).toHaveLength(6)
  for (const name of names) {
    const same = (await readFile(join(folder, name))).equals(await committed(name))
    expect(same, `${name} does not match its sources. Run \`npm run samples\``).toBe(true)
  }
})

test("the handbook has at least 40 pages of text", async () => {
  const { pages, texts, complete } = await structureOf("websocket-handbook.pdf")
  expect(pages).toBeGreaterThanOrEqual(40)
  expect(texts).toBeGreaterThan(1_000)
  expect(complete).toBe(true)
})

test("the short note has three pages", async () => {
  expect(await structureOf("progress-in-three-pages.pdf")).toMatchObject({ pages: 3, encrypted: false })
})

test("the scan has two images and no text", async () => {
  expect(await structureOf("scanned-letter.pdf")).toMatchObject({ pages: 2, pictures: 2, texts: 0 })
  expect((await committed("scanned-letter.pdf")).length).toBeLessThan(300_000)
})

test("protected.pdf is encrypted and broken.pdf is truncated", async () => {
  expect(await structureOf("protected.pdf")).toMatchObject({ encrypted: true, complete: true })
  expect(await structureOf("broken.pdf")).toMatchObject({ encrypted: false, complete: false })
})

test("the Word document contains the text of its source", async () => {
  const files = unzipSync(await committed("meeting-notes.docx"))
  const xml = strFromU8(files["word/document.xml"] ?? new Uint8Array())
  expect(xml).toContain("Notes from the spring meeting of the reading room")
  expect(xml).toContain("scan the first drawer")
  expect(xml.match(/<w:tr>/g)).toHaveLength(5)
})

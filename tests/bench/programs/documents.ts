// Reads documents of a given format and length: with the reader alone, and as the function does, to their insights.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { processDocument } from "../../../functions/src/document-processor/process-document.ts"
import { openDocument } from "../../../functions/src/document-processor/read/open-document.ts"
import { writeUnicodePdf } from "../../../functions/test/corpus/unicode-pdf.ts"
import { makeEpub, makePptx } from "../../../functions/test/make-archives.ts"
import { makeDocx } from "../../../functions/test/make-documents.ts"
import { serveRequests } from "../program.ts"

export type DocumentFormat = "pdf" | "docx" | "pptx" | "epub" | "html" | "text"
type Request = { format: DocumentFormat; pages: number }
type Prepared = { bytes: Uint8Array; contentType: string }

/**
 * The text of this repository's handbook, page by page, as often as is needed. Its longer words have another ending in each
 * document: what is compiled or computed for the names of one document would otherwise be there for the next.
 */
async function proseOf(pages: number): Promise<string[]> {
  const handbook = await openDocument(
    readFileSync(join(import.meta.dirname, "../../../samples/websocket-handbook.pdf")),
    "application/pdf",
  )
  const texts = [...handbook.pages()].filter((text) => text.length > 800)
  handbook.close()
  documents += 1
  const ending = endings[documents % endings.length]
  const ownTexts = texts.map((text) => text.replace(/\p{L}{7,}/gu, `$&${ending}`))
  return Array.from({ length: pages }, (_, at) => ownTexts[at % ownTexts.length] ?? "")
}

const endings = "abcdefghijklmnopqrstuvwxyz"
let documents = 0

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
const linesOf = (text: string) => text.split("\n")

async function prepare({ format, pages }: Request): Promise<Prepared> {
  const prose = await proseOf(pages)
  switch (format) {
    case "pdf":
      return { contentType: "application/pdf", bytes: writeUnicodePdf(prose.map((text) => ({ lines: linesOf(text) }))) }
    case "docx":
      return { contentType: "application/octet-stream", bytes: makeDocx(prose.flatMap(linesOf)) }
    case "pptx":
      return {
        contentType: "application/octet-stream",
        bytes: makePptx(prose.map((text) => ({ text: linesOf(escaped(text)) }))),
      }
    case "epub":
      return {
        contentType: "application/octet-stream",
        bytes: makeEpub(prose.map((text) => `<p>${linesOf(escaped(text)).join("</p><p>")}</p>`)),
      }
    case "html":
      return { contentType: "text/html", bytes: Buffer.from(`<p>${prose.map(escaped).join("</p><p>")}</p>`) }
    case "text":
      return { contentType: "text/plain", bytes: Buffer.from(prose.join("\f")) }
  }
}

/** @returns pages per second */
async function readAlone(request: Request): Promise<number> {
  const { bytes, contentType } = await prepare(request)
  const startedAt = performance.now()
  const document = await openDocument(bytes, contentType)
  let pages = 0
  for (const page of document.pages()) if (page.length >= 0) pages += 1
  document.close()
  return (pages / (performance.now() - startedAt)) * 1000
}

async function readToInsights(request: Request): Promise<number> {
  const document = await prepare(request)
  const startedAt = performance.now()
  const reading = processDocument({ ...document, isOutOfTime: () => false })
  let step = await reading.next()
  while (!step.done) step = await reading.next()
  if (step.value === "out-of-time") throw new Error("the document was not read")
  return (step.value.pages / (performance.now() - startedAt)) * 1000
}

serveRequests(
  {
    floor: readAlone,
    ours: readToInsights,
    /** The most resident memory since the start, in bytes. */
    peak: () => process.resourceUsage().maxRSS * 1024,
  },
  () => {},
)

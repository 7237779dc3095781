// Settings that are off by default, on the whole system: `npm start` with `ocr` and `summary_model` reads a scan, an image and
// a text, without network. written-summary.test.ts has a model that responds.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { encodePng } from "../../functions/src/page-thumbnails/encode-png.ts"
import { fieldReport } from "../../functions/test/field-report.ts"
import { scanPage, scanPdf } from "../../functions/test/scanned-documents.ts"
import { startCommand } from "../testing/command.ts"
import { optionalSettings } from "../testing/optional-settings.ts"

const relay = "The relay station on the river was measured twice."
const harbor = "Forty barges left the harbor before noon."
const note = "A printed page between the scanned ones."

const folder = mkdtempSync(join(tmpdir(), "optional-settings-"))
let command: ReturnType<typeof startCommand>
let lines: Record<string, unknown>[]

beforeAll(async () => {
  const files = {
    "scan.pdf": await scanPdf([relay, "", { printed: note }, harbor]),
    "photo.png": await encodePng(await scanPage(harbor)),
    "report.txt": fieldReport,
  }
  const paths = Object.entries(files).map(([name, content]) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  })
  command = startCommand("scripts/start.ts", ["--port", "0", "--json", ...optionalSettings, ...paths])
  await command.exitCode
  const output = command.stdout().trim().split("\n")
  lines = output.map((line): Record<string, unknown> => JSON.parse(line))
})

afterAll(() => rmSync(folder, { recursive: true }))

const linesOf = (event: string, fileName: string) =>
  lines.filter((line) => line.event === event && line.fileName === fileName)

test("a duplex scan and an image are read page by page", () => {
  expect(linesOf("document", "scan.pdf")).toMatchObject([{ outcome: "processing_complete" }])
  expect(linesOf("insights", "scan.pdf")).toMatchObject([
    { insights: { pages: 4, words: 23, recognizedPages: [1, 4], pagesWithoutText: [2], pagesNotRecognized: [] } },
  ])
  // A page is processed when its text has arrived.
  const percents = linesOf("progress", "scan.pdf").map(({ percentComplete }) => percentComplete)
  expect(new Set(percents).size).toBeGreaterThanOrEqual(4)
  expect(linesOf("insights", "photo.png")).toMatchObject([
    { insights: { pages: 1, words: 7, recognizedPages: [1], pagesWithoutText: [] } },
  ])
})

test("a summary is quoted from the document when no endpoint is set, and the log names the variable", () => {
  const [report] = linesOf("insights", "report.txt")
  expect(report?.insights).toMatchObject({
    summary: expect.arrayContaining([expect.any(String)]),
    words: expect.any(Number),
  })
  expect(report?.insights).not.toHaveProperty("summaryBy")
  const output = command.stdout() + command.stderr()
  expect(output).toContain("summary quoted from the document")
  expect(output).toContain("AWS_ENDPOINT_URL_BEDROCK_RUNTIME=https://bedrock-runtime.us-east-1.amazonaws.com")
})

test("the command exits with 0 when all documents are complete", async () => {
  expect(await command.exitCode).toBe(0)
})

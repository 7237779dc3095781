// `npm start -- FILE` on the whole system: real documents, their progress, their insights and their errors.
// document-reporter.test.ts has every form of the output.
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { encodePng } from "../../functions/src/page-thumbnails/encode-png.ts"
import { fieldReport } from "../../functions/test/field-report.ts"
import { scanPage, scanPdf } from "../../functions/test/scanned-documents.ts"
import { runCommand, startCommand } from "../testing/command.ts"
import { optionalSettings } from "../testing/optional-settings.ts"

const samples = join(import.meta.dirname, "..", "..", "samples")

type Line = { event?: string; sequence?: number; documentId?: string; [key: string]: unknown }

function jsonLines(stdout: string): Line[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
}

test("shows the progress of a document with its password and its insights, and those of a scan", async () => {
  const files = ["protected.pdf", "scanned-letter.pdf"].map((name) => join(samples, name))
  const command = runCommand("scripts/start.ts", ["--port", "0", ...files], { DOCUMENT_PASSWORD: "open sesame" })
  expect(await command.exitCode).toBe(0)
  // The user wants to see a document processed, and not what the system consists of.
  const output = command.stdout()
  expect(output).toMatch(/^(protected\.pdf +\d+ % {2}[^\n]+\n){2,}protected\.pdf +100 % {2}complete, 3 of 3 pages\n\n/)
  expect(output).toMatch(/\nProgress in three pages\n[\s\S]*\nKey phrases +progress bar, /)
  expect(output).toMatch(
    /\nscanned-letter\.pdf +100 % {2}complete, 2 of 2 pages\n[\s\S]*\nNo text was found on 2 of 2 pages/,
  )
  expect(command.stderr()).toBe("")
})

// The settings that are off by default: text recognition, and summaries by a model, here without an endpoint.
// written-summary.test.ts has a model that responds.
describe("with --json, many files and optional settings", () => {
  // page.test.ts has a document of many pages that completes.
  const withText = ["progress-in-three-pages.pdf", "meeting-notes.docx", "release-letter.txt", "field-report.html"]
  const relay = "The relay station on the river was measured twice."
  const harbor = "Forty barges left the harbor before noon."
  const printed = "A printed page between the scanned ones."
  const [scan, photo, report] = ["scan.pdf", "photo.png", "report.txt"]
  const completed = [...withText, scan, photo, report]
  const failed = { "broken.pdf": "CORRUPT", "protected.pdf": "ENCRYPTED", "not-a-document.pdf": "CORRUPT" }
  const refused = { "empty.txt": /^The file is empty\.$/, "huge.pdf": /50 MB/, "refused.zip": /./ }
  const [interrupted, waiting] = ["interrupted.pdf", "waiting.txt"]
  let exitCode: number | null
  let lines: Line[]
  let stderr: string

  // One start for all tests, because it takes most of the time.
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "start-with-file-"))
    const contents = {
      "not-a-document.pdf": Buffer.from([0, 1, 2, 3, 250, 251, 252]),
      "refused.zip": "not a document",
      "empty.txt": "",
      "huge.pdf": "",
      [scan]: await scanPdf([relay, "", { printed }, harbor]),
      [photo]: await encodePng(await scanPage(harbor)),
      [report]: fieldReport,
    }
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content)
    // A sparse file: it takes no space.
    truncateSync(join(folder, "huge.pdf"), 3_000_000_000)
    copyFileSync(join(samples, "websocket-handbook.pdf"), join(folder, interrupted))
    copyFileSync(join(samples, "release-letter.txt"), join(folder, waiting))
    const command = startCommand("scripts/start.ts", [
      ...["--port", "0", "--json", ...optionalSettings],
      ...[...Object.keys(refused), "not-a-document.pdf"].map((name) => join(folder, name)),
      ...["broken.pdf", "protected.pdf", ...withText].map((name) => join(samples, name)),
      ...[scan, photo, report, interrupted, waiting].map((name) => join(folder, name)),
    ])
    try {
      for (let steps = 0; steps < 4; steps++) {
        await command.jsonLine(({ fileName, status }) => fileName === interrupted && status === "progress")
      }
      command.kill("SIGINT")
      await command.jsonLine(({ event, fileName }) => event === "document" && fileName === waiting)
      // Again, so that the processor does not read the rest of the document first.
      command.kill("SIGINT")
      exitCode = await command.exitCode
    } finally {
      await command.end()
      rmSync(folder, { recursive: true })
    }
    lines = jsonLines(command.stdout())
    stderr = command.stderr()
  })

  const linesOf = (event: string, fileName: string) =>
    lines.filter((line) => line.event === event && line.fileName === fileName)

  test("prints one line per progress message, the insights and the outcome of each document", () => {
    const [fileName = ""] = completed
    const progress = linesOf("progress", fileName)
    expect(progress.some(({ status }) => status === "processing_complete")).toBe(true)
    expect(lines.findIndex(({ event }) => event === "ready")).toBeLessThan(lines.indexOf(progress[0] as Line))
    const { documentId } = progress[0] as Line
    for (const line of progress) {
      expect(line).toEqual({
        event: "progress",
        fileName,
        documentId,
        status: expect.any(String),
        sequence: expect.any(Number),
        pagesProcessed: expect.any(Number),
        totalPages: expect.any(Number),
        percentComplete: expect.any(Number),
        timestamp: expect.any(String),
      })
    }
    const insights = { event: "insights", fileName, documentId, insights: expect.objectContaining({ language: "en" }) }
    const outcome = { event: "document", fileName, documentId, outcome: "processing_complete" }
    expect(lines.filter((line) => line.fileName === fileName).slice(-2)).toEqual([insights, outcome])
  })

  test("prints the steps of a document while it is read", () => {
    const progress = linesOf("progress", interrupted)
    // Pushes may overtake each other.
    expect(new Set(progress.map(({ sequence }) => sequence)).size).toBeGreaterThanOrEqual(4)
    expect(new Set(progress.map(({ percentComplete }) => percentComplete)).size).toBeGreaterThanOrEqual(4)
  })

  test("pushes progress by signed requests to @connections, which the stage logs", () => {
    const posts = lines.filter(
      (line) => line.event === "access" && JSON.stringify(line).includes("POST /@connections/{connectionId}"),
    )
    expect(posts.length).toBeGreaterThanOrEqual(4)
  })

  test.each(Object.entries(failed))("reports the error of %s: %s", (fileName, errorCode) => {
    expect(linesOf("progress", fileName).filter(({ status }) => status === "error")).toMatchObject([{ errorCode }])
    expect(linesOf("document", fileName)).toMatchObject([
      { documentId: expect.any(String), outcome: "error", errorCode, message: expect.any(String) },
    ])
  })

  test.each(Object.entries(refused))("reports %s as refused, which is not uploaded", (fileName, message) => {
    expect(linesOf("document", fileName)).toMatchObject([
      { documentId: null, outcome: "refused", message: expect.stringMatching(message) },
    ])
  })

  test("reports the files that are left when it is interrupted", () => {
    expect(linesOf("document", interrupted)).toMatchObject([{ outcome: "error", message: "Interrupted." }])
    const message = "Interrupted before it was uploaded."
    expect(linesOf("document", waiting)).toMatchObject([{ documentId: null, outcome: "error", message }])
  })

  test("processes the others one after the other, and exits with 1", () => {
    const insights = lines.filter(({ event }) => event === "insights") as unknown as {
      fileName: string
      insights: { pages: number; words: number }
    }[]
    expect(insights.map(({ fileName }) => fileName)).toEqual(completed)
    const found = new Map(insights.map((line) => [line.fileName, line.insights]))
    expect(found.get("progress-in-three-pages.pdf")?.pages).toBe(3)
    for (const fileName of withText) expect(found.get(fileName)?.words, fileName).toBeGreaterThan(100)
    expect(exitCode).toBe(1)
  })

  test("a duplex scan and an image are read page by page", () => {
    expect(linesOf("document", scan)).toMatchObject([{ outcome: "processing_complete" }])
    expect(linesOf("insights", scan)).toMatchObject([
      { insights: { pages: 4, words: 23, recognizedPages: [1, 4], pagesWithoutText: [2], pagesNotRecognized: [] } },
    ])
    // A page is processed when its text has arrived.
    const percents = linesOf("progress", scan).map(({ percentComplete }) => percentComplete)
    expect(new Set(percents).size).toBeGreaterThanOrEqual(4)
    expect(linesOf("insights", photo)).toMatchObject([
      { insights: { pages: 1, words: 7, recognizedPages: [1], pagesWithoutText: [] } },
    ])
  })

  test("a summary is quoted from the document when no endpoint is set, and the log names the variable", () => {
    const [line] = linesOf("insights", report)
    expect(line?.insights).toMatchObject({
      summary: expect.arrayContaining([expect.any(String)]),
      words: expect.any(Number),
    })
    expect(line?.insights).not.toHaveProperty("summaryBy")
    const output = JSON.stringify(lines) + stderr
    expect(output).toContain("summary quoted from the document")
    expect(output).toContain("AWS_ENDPOINT_URL_BEDROCK_RUNTIME=https://bedrock-runtime.us-east-1.amazonaws.com")
  })
})

// `npm start -- FILE` on the whole system: real documents, their progress, their insights and their errors.
// document-reporter.test.ts has every form of the output.
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { runCommand } from "../testing/command.ts"

const samples = join(import.meta.dirname, "..", "..", "samples")

type Line = { event?: string; sequence?: number; documentId?: string; [key: string]: unknown }

function jsonLines(stdout: string): Line[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
}

test("shows the progress of a document with its password and its insights, and reports files that are not uploaded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "start-with-file-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [empty, huge] = [join(folder, "empty.txt"), join(folder, "huge.pdf")]
  writeFileSync(empty, "")
  writeFileSync(huge, "")
  // A sparse file: it takes no space.
  truncateSync(huge, 3_000_000_000)
  const files = [empty, huge, join(samples, "protected.pdf")]
  const command = runCommand("scripts/start.ts", ["--port", "0", ...files], { DOCUMENT_PASSWORD: "open sesame" })
  expect(await command.exitCode).toBe(1)
  const [refused = ""] = command.stdout().split("protected.pdf")
  // The user wants to see a document processed, and not what the system consists of.
  expect(refused).toMatch(/^empty\.txt {2}The file is empty\.\nhuge\.pdf {2}[^\n]*50 MB[^\n]*\n$/)
  const output = command.stdout().slice(refused.length)
  expect(output).toMatch(/^(protected\.pdf +\d+ % {2}[^\n]+\n){2,}protected\.pdf +100 % {2}complete, 3 of 3 pages\n\n/)
  expect(output).toMatch(/\nProgress in three pages\n[\s\S]*\nKey phrases +progress bar, /)
  expect(command.stderr()).toBe("")
})

describe("with --json and many files", () => {
  // page.test.ts has a document of many pages that completes.
  const completed = [
    "progress-in-three-pages.pdf",
    "scanned-letter.pdf",
    "meeting-notes.docx",
    "release-letter.txt",
    "field-report.html",
  ]
  const failed = { "broken.pdf": "CORRUPT", "protected.pdf": "ENCRYPTED", "not-a-document.pdf": "CORRUPT" }
  const refused = "refused.zip"
  const [interrupted, waiting] = ["interrupted.pdf", "waiting.txt"]
  // One start for all tests, because it takes most of the time.
  let running: Promise<{ exitCode: number | null; lines: Line[] }> | undefined
  const run = () => (running ??= startAll())

  async function startAll() {
    const folder = mkdtempSync(join(tmpdir(), "start-with-file-"))
    writeFileSync(join(folder, "not-a-document.pdf"), Buffer.from([0, 1, 2, 3, 250, 251, 252]))
    writeFileSync(join(folder, refused), "not a document")
    copyFileSync(join(samples, "websocket-handbook.pdf"), join(folder, interrupted))
    copyFileSync(join(samples, "release-letter.txt"), join(folder, waiting))
    const command = runCommand("scripts/start.ts", [
      ...["--port", "0", "--json"],
      ...["not-a-document.pdf", refused].map((name) => join(folder, name)),
      ...["broken.pdf", "protected.pdf", ...completed].map((name) => join(samples, name)),
      ...[interrupted, waiting].map((name) => join(folder, name)),
    ])
    for (let steps = 0; steps < 4; steps++) {
      await command.jsonLine(({ fileName, status }) => fileName === interrupted && status === "progress")
    }
    command.kill("SIGINT")
    await command.jsonLine(({ event, fileName }) => event === "document" && fileName === waiting)
    // Again, so that the processor does not read the rest of the document first.
    command.kill("SIGINT")
    const exitCode = await command.exitCode
    rmSync(folder, { recursive: true })
    return { exitCode, lines: jsonLines(command.stdout()) }
  }

  async function linesOf(event: string, fileName: string): Promise<Line[]> {
    const { lines } = await run()
    return lines.filter((line) => line.event === event && line.fileName === fileName)
  }

  test("prints one line per progress message, the insights and the outcome of each document", async () => {
    const [fileName = ""] = completed
    const { lines } = await run()
    const progress = await linesOf("progress", fileName)
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

  test("prints the steps of a document while it is read", async () => {
    const progress = await linesOf("progress", interrupted)
    // Pushes may overtake each other.
    expect(new Set(progress.map(({ sequence }) => sequence)).size).toBeGreaterThanOrEqual(4)
    expect(new Set(progress.map(({ percentComplete }) => percentComplete)).size).toBeGreaterThanOrEqual(4)
  })

  test("pushes progress by signed requests to @connections, which the stage logs", async () => {
    const { lines } = await run()
    const posts = lines.filter(
      (line) => line.event === "access" && JSON.stringify(line).includes("POST /@connections/{connectionId}"),
    )
    expect(posts.length).toBeGreaterThanOrEqual(4)
  })

  test.each(Object.entries(failed))("reports the error of %s: %s", async (fileName, errorCode) => {
    expect((await linesOf("progress", fileName)).filter(({ status }) => status === "error")).toMatchObject([
      { errorCode },
    ])
    expect(await linesOf("document", fileName)).toMatchObject([
      { documentId: expect.any(String), outcome: "error", errorCode, message: expect.any(String) },
    ])
  })

  test("reports a file that the API rejects as refused", async () => {
    expect(await linesOf("document", refused)).toMatchObject([
      { documentId: null, outcome: "refused", message: expect.any(String) },
    ])
  })

  test("reports the files that are left when it is interrupted", async () => {
    expect(await linesOf("document", interrupted)).toMatchObject([{ outcome: "error", message: "Interrupted." }])
    const message = "Interrupted before it was uploaded."
    expect(await linesOf("document", waiting)).toMatchObject([{ documentId: null, outcome: "error", message }])
  })

  test("processes the others one after the other, and exits with 1", async () => {
    const { exitCode, lines } = await run()
    const insights = lines.filter(({ event }) => event === "insights") as unknown as {
      fileName: string
      insights: { pages: number; words: number; pagesWithoutText: number[] }
    }[]
    expect(insights.map(({ fileName }) => fileName)).toEqual(completed)
    const found = new Map(insights.map((line) => [line.fileName, line.insights]))
    expect(found.get("progress-in-three-pages.pdf")?.pages).toBe(3)
    const scanned = found.get("scanned-letter.pdf")
    expect(scanned).toMatchObject({ words: 0 })
    expect(scanned?.pagesWithoutText.length).toBe(scanned?.pages)
    found.delete("scanned-letter.pdf")
    for (const { words } of found.values()) expect(words).toBeGreaterThan(100)
    expect(exitCode).toBe(1)
  })
})

// `npm start -- FILE` on the whole system: real documents, their progress, their insights and their errors.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { runCommand } from "../testing/command.ts"

const start = (...args: string[]) => runCommand("scripts/start.ts", ["--port", "0", ...args])

type Line = { event?: string; sequence?: number; documentId?: string; [key: string]: unknown }

function jsonLines(stdout: string): Line[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
}

test("shows the progress of a document and then its insights", async () => {
  const command = start("samples/websocket-handbook.pdf")
  expect(await command.exitCode).toBe(0)
  const percents = new Set([...command.stdout().matchAll(/(\d+) %/g)].map(([, percent]) => Number(percent)))
  expect(percents.size).toBeGreaterThanOrEqual(4)
  expect(command.stdout()).toContain("WebSocket APIs on API Gateway")
  expect(command.stdout()).toMatch(/Key phrases +.*API Gateway/)
})

test("with --json prints one line per progress message, the insights and the outcome of a document", async () => {
  const command = start("--json", "samples/websocket-handbook.pdf")
  expect(await command.exitCode).toBe(0)
  const lines = jsonLines(command.stdout())
  const progress = lines.filter(({ event }) => event === "progress")
  const sequences = progress.map(({ sequence }) => sequence)
  // Pushes may overtake each other.
  expect(new Set(sequences).size).toBeGreaterThanOrEqual(4)
  expect(new Set(progress.map(({ percentComplete }) => percentComplete)).size).toBeGreaterThanOrEqual(4)
  expect(progress.some(({ status }) => status === "processing_complete")).toBe(true)
  expect(lines.findIndex(({ event }) => event === "ready")).toBeLessThan(lines.indexOf(progress[0] as Line))
  const { documentId } = progress[0] as Line
  const fileName = "websocket-handbook.pdf"
  for (const line of progress) {
    expect(line).toEqual({
      ...{ event: "progress", fileName, documentId, status: expect.any(String), sequence: expect.any(Number) },
      ...{ pagesProcessed: expect.any(Number), totalPages: expect.any(Number), percentComplete: expect.any(Number) },
      timestamp: expect.any(String),
    })
  }
  expect(lines.filter(({ event }) => event === "insights")).toEqual([
    { event: "insights", fileName, documentId, insights: expect.objectContaining({ pages: expect.any(Number) }) },
  ])
  const outcomes = lines.filter(({ event }) => event === "document")
  expect(outcomes).toEqual([{ event: "document", fileName, documentId, outcome: "processing_complete" }])
  const ofDocument = lines.filter((line) => line.fileName === fileName)
  expect(ofDocument.at(-1)).toEqual(outcomes[0])
  expect(ofDocument.at(-2)).toMatchObject({ event: "insights" })

  // The messages are signed POST requests to @connections, which are in the access log of the stage.
  const posts = lines.filter(
    (line) => line.event === "access" && JSON.stringify(line).includes("POST /@connections/{connectionId}"),
  )
  expect(posts.length).toBeGreaterThanOrEqual(4)
})

test.each([
  ["samples/broken.pdf", "CORRUPT"],
  ["samples/protected.pdf", "ENCRYPTED"],
])("ends with 1 and the error of the document for %s", async (file, errorCode) => {
  const command = start("--json", file)
  expect(await command.exitCode).toBe(1)
  const lines = jsonLines(command.stdout())
  expect(lines.filter((line) => line.status === "error")).toMatchObject([{ event: "progress", errorCode }])
  expect(lines.filter(({ event }) => event === "document")).toMatchObject([
    { documentId: expect.any(String), outcome: "error", errorCode, message: expect.any(String) },
  ])
})

test("ends with 1 and an error for a file that is not a document", async () => {
  const file = join(tmpdir(), `not-a-document-${process.pid}.pdf`)
  writeFileSync(file, Buffer.from([0, 1, 2, 3, 250, 251, 252]))
  onTestFinished(() => rmSync(file))
  const command = start("--json", file)
  expect(await command.exitCode).toBe(1)
  const [error] = jsonLines(command.stdout()).filter((line) => line.status === "error")
  expect(["CORRUPT", "UNSUPPORTED_TYPE"]).toContain(error?.errorCode)
})

test("reports a file that the API rejects as refused, and processes the next one", async () => {
  const file = join(tmpdir(), `rejected-${process.pid}.heic`)
  writeFileSync(file, "not a document")
  onTestFinished(() => rmSync(file))
  const command = start("--json", file, "samples/release-letter.txt")
  expect(await command.exitCode).toBe(1)
  const outcomes = jsonLines(command.stdout()).filter(({ event }) => event === "document")
  expect(outcomes).toMatchObject([
    { documentId: null, outcome: "refused", message: expect.any(String) },
    { fileName: "release-letter.txt", outcome: "processing_complete" },
  ])
})

test("reports an empty file and one of more than 2 GiB in one sentence, with one last line per file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "start-with-file-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [empty, huge] = [join(folder, "empty.txt"), join(folder, "huge.pdf")]
  writeFileSync(empty, "")
  writeFileSync(huge, "")
  // A sparse file: it takes no space.
  truncateSync(huge, 3_000_000_000)
  const command = start("--quiet", empty, huge)
  expect(await command.exitCode).toBe(1)
  expect(command.stdout()).toMatch(/^empty\.txt {2}The file is empty\.\nhuge\.pdf {2}[^\n]*50 MB[^\n]*\n$/)
  expect(command.stderr()).toBe("")
})

test("reports every file with --json when it is interrupted", async () => {
  const names = ["websocket-handbook.pdf", "release-letter.txt"]
  const command = start("--json", ...names.map((name) => `samples/${name}`))
  await command.jsonLine(({ status }) => status === "progress")
  command.kill("SIGINT")
  expect(await command.exitCode).toBe(1)
  const outcomes = jsonLines(command.stdout()).filter(({ event }) => event === "document")
  expect(outcomes).toMatchObject([
    { fileName: names[0], outcome: "error", message: "Interrupted." },
    { fileName: names[1], documentId: null, outcome: "error", message: "Interrupted before it was uploaded." },
  ])
})

test("processes several documents of all types one after the other", async () => {
  const names = [
    "progress-in-three-pages.pdf",
    "scanned-letter.pdf",
    "meeting-notes.docx",
    "release-letter.txt",
    "field-report.html",
  ]
  const command = start("--json", ...names.map((name) => `samples/${name}`))
  expect(await command.exitCode).toBe(0)
  const insights = jsonLines(command.stdout()).filter(({ event }) => event === "insights") as {
    fileName: string
    insights: { pages: number; words: number; pagesWithoutText: number[] }
  }[]
  expect(insights.map(({ fileName }) => fileName)).toEqual(names)
  expect(insights[0]?.insights.pages).toBe(3)
  expect(insights[1]?.insights).toMatchObject({ words: 0 })
  expect(insights[1]?.insights.pagesWithoutText.length).toBe(insights[1]?.insights.pages)
  for (const { insights: found } of insights.filter((_, index) => index !== 1)) expect(found.words).toBeGreaterThan(100)
})

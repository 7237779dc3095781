// `npm start -- FILE`: the whole system, from the synthesized template to the insights, on real documents.
import { rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { runCommand } from "../harness/command.ts"

const start = (...args: string[]) => runCommand("scripts/start.ts", ["--port", "0", ...args])

type Line = { event?: string; sequence?: number; percentComplete?: number; status?: string; errorCode?: string }

function jsonLines(stdout: string): Line[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
}

test("the handbook goes in, its progress comes over the WebSocket, its insights come out", async () => {
  const command = start("samples/websocket-handbook.pdf")
  expect(await command.exitCode).toBe(0)
  const percents = new Set([...command.stdout().matchAll(/(\d+) %/g)].map(([, percent]) => Number(percent)))
  expect(percents.size).toBeGreaterThanOrEqual(4)
  expect(command.stdout()).toContain("WebSocket APIs on API Gateway")
  expect(command.stdout()).toMatch(/Key phrases +.*API Gateway/)
})

test("with --json every line is JSON, and progress is exactly what the WebSocket carried", async () => {
  const command = start("--json", "samples/websocket-handbook.pdf")
  expect(await command.exitCode).toBe(0)
  const lines = jsonLines(command.stdout())
  const progress = lines.filter((line) => line.sequence !== undefined)
  const sequences = progress.map(({ sequence }) => sequence)
  // Pushes may overtake each other; none is repeated under another number.
  expect(new Set(sequences).size).toBeGreaterThanOrEqual(4)
  expect(new Set(progress.map(({ percentComplete }) => percentComplete)).size).toBeGreaterThanOrEqual(4)
  expect(progress.some(({ status }) => status === "processing_complete")).toBe(true)
  expect(lines.findIndex(({ event }) => event === "ready")).toBeLessThan(lines.indexOf(progress[0] as Line))
  expect(lines.filter(({ event }) => event === "insights")).toMatchObject([{ fileName: "websocket-handbook.pdf" }])

  // They travelled as signed POSTs to @connections: the stage's own access log counts them.
  const posts = lines.filter(
    (line) => line.event === "access" && JSON.stringify(line).includes("POST /@connections/{connectionId}"),
  )
  expect(posts.length).toBeGreaterThanOrEqual(4)
})

test.each([
  ["samples/broken.pdf", "CORRUPT"],
  ["samples/protected.pdf", "ENCRYPTED"],
])("%s ends in an error message, not in silence", async (file, errorCode) => {
  const command = start("--json", file)
  expect(await command.exitCode).toBe(1)
  expect(jsonLines(command.stdout()).filter((line) => line.status === "error")).toMatchObject([{ errorCode }])
})

test("what is no document at all is told so", async () => {
  const file = join(tmpdir(), `no-document-${process.pid}.pdf`)
  writeFileSync(file, Buffer.from([0, 1, 2, 3, 250, 251, 252]))
  onTestFinished(() => rmSync(file))
  const command = start("--json", file)
  expect(await command.exitCode).toBe(1)
  const [error] = jsonLines(command.stdout()).filter((line) => line.status === "error")
  expect(["CORRUPT", "UNSUPPORTED_TYPE"]).toContain(error?.errorCode)
})

test("several documents of all kinds, one after the other", async () => {
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

// Text recognition on the whole system: `npm start` with `ocr=eng` reads a scan and an image, without network.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { encodePng } from "../../functions/src/page-thumbnails/encode-png.ts"
import { scanPage, scanPdf } from "../../functions/test/scanned-documents.ts"
import { runCommand } from "../testing/command.ts"

const relay = "The relay station on the river was measured twice."
const harbor = "Forty barges left the harbor before noon."
const note = "A printed page between the scanned ones."

async function send(files: Record<string, Uint8Array>, ...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "text-recognition-"))
  const paths = Object.entries(files).map(([name, bytes]) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
  })
  const command = runCommand("scripts/start.ts", ["--port", "0", "--json", ...options, ...paths])
  const exitCode = await command.exitCode
  rmSync(folder, { recursive: true })
  const lines = command
    .stdout()
    .trim()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line))
  const of = (event: string, fileName: string) =>
    lines.filter((line) => line.event === event && line.fileName === fileName)
  return { exitCode, of }
}

test("a duplex scan and an image are read page by page", async () => {
  const files = {
    "scan.pdf": await scanPdf([relay, "", { printed: note }, harbor]),
    "photo.png": await encodePng(await scanPage(harbor)),
  }
  const { exitCode, of } = await send(files, "--context", "ocr=eng")
  expect(of("document", "scan.pdf")).toMatchObject([{ outcome: "processing_complete" }])
  expect(of("insights", "scan.pdf")).toMatchObject([
    { insights: { pages: 4, words: 23, recognizedPages: [1, 4], pagesWithoutText: [2], pagesNotRecognized: [] } },
  ])
  // A page is processed when its text has arrived.
  const percents = of("progress", "scan.pdf").map(({ percentComplete }) => percentComplete)
  expect(new Set(percents).size).toBeGreaterThanOrEqual(4)
  expect(of("insights", "photo.png")).toMatchObject([
    { insights: { pages: 1, words: 7, recognizedPages: [1], pagesWithoutText: [] } },
  ])
  expect(exitCode).toBe(0)
})

// Search and order of documents, their pace, and the files of a dropped folder.
import { expect, test } from "vitest"
import type { DocumentItem } from "./document-item.ts"
import { type Entry, filesOfEntries, maxFilesOfFolders } from "./dropped-files.ts"
import { addSample, paceOf, type Sample } from "./pace.ts"
import { selectDocuments } from "./select-documents.ts"
import { isSupported } from "./validate-file.ts"

const item = (fileName: string, change: Partial<DocumentItem> = {}): DocumentItem => ({
  key: fileName,
  fileName,
  sizeBytes: 1,
  isOwn: true,
  hasFile: false,
  queuedAt: 0,
  upload: { step: "done" },
  insights: { step: "none" },
  samples: [],
  newsAt: 0,
  ...change,
})

const insights = {
  title: "Jahresbericht für Köln",
  language: "de",
  pages: 1,
  words: 1,
  characters: 1,
  readingMinutes: 1,
  summary: [],
  keyphrases: [{ text: "Fernwärme", count: 3 }],
  people: [],
  places: [],
  organizations: [],
  pagesWithoutText: [],
}

test("finds documents by all words of the search, without regard to case and accents", () => {
  const items = [item("a.pdf", { insights: { step: "loaded", insights } }), item("Köln.txt"), item("other.txt")]
  const found = (search: string) => selectDocuments(items, { search, order: "newest" }).map(({ key }) => key)
  expect(found("koln")).toEqual(["a.pdf", "Köln.txt"])
  expect(found("KÖLN fernwarme")).toEqual(["a.pdf"])
  expect(found(" ")).toEqual(["a.pdf", "Köln.txt", "other.txt"])
  expect(found("zebra")).toEqual([])
})

test("sorts by name with numbers in their order, by size, and by status with what is active first", () => {
  const items = [
    item("page 10", { sizeBytes: 5, upload: { step: "cancelled" } }),
    item("Page 9", { sizeBytes: 9, upload: { step: "queued" } }),
    item("appendix", { sizeBytes: 7, upload: { step: "failed", message: "", isRetryable: false } }),
  ]
  const sorted = (order: "name" | "size" | "status") =>
    selectDocuments(items, { search: "", order }).map(({ key }) => key)
  expect(sorted("name")).toEqual(["appendix", "Page 9", "page 10"])
  expect(sorted("size")).toEqual(["Page 9", "appendix", "page 10"])
  expect(sorted("status")).toEqual(["Page 9", "appendix", "page 10"])
})

test("measures the pace over the last seconds, and lowers it during a standstill", () => {
  let samples: readonly Sample[] = []
  // Ten per second for a minute, then one per second.
  for (let second = 0; second <= 60; second++) samples = addSample(samples, { at: second * 1000, done: second * 10 })
  expect(paceOf(samples, 1000, 60_000)).toEqual({ perSecond: 10, secondsLeft: 40 })
  for (let second = 61; second <= 80; second++) {
    samples = addSample(samples, { at: second * 1000, done: 540 + second })
  }
  expect(paceOf(samples, 1000, 80_000)?.perSecond).toBeCloseTo(1, 5)
  expect(paceOf(samples, 1000, 91_000)?.perSecond).toBeCloseTo(0.5, 5)
  expect(samples.length).toBeLessThan(15)
})

test("measures no pace before it is known, and starts again when less is done than before", () => {
  expect(paceOf([], 10, 0)).toBeUndefined()
  const samples = addSample([{ at: 0, done: 0 }], { at: 500, done: 5 })
  expect(paceOf(samples, 10, 500)).toBeUndefined()
  expect(addSample(samples, { at: 900, done: 1 })).toEqual([{ at: 900, done: 1 }])
})

const file = (name: string): Entry => ({
  isFile: true,
  isDirectory: false,
  file: (found) => found(new File(["x"], name)),
})

/** A folder whose reader returns at most 100 entries at a time, as in browsers. */
const folder = (...entries: Entry[]): Entry => ({
  isFile: false,
  isDirectory: true,
  createReader() {
    const rest = [...entries]
    return { readEntries: (found) => found(rest.splice(0, 100)) }
  },
})

const withoutImages = (name: string) => isSupported(name, false)

test("takes the supported files of dropped folders, and counts the others", async () => {
  const many = Array.from({ length: 150 }, (_, index) => file(`page-${index}.txt`))
  const entries = () => [
    file("table.xlsx"),
    folder(file("a.pdf"), file(".DS_Store"), file("photo.jpg"), folder(file("b.docx")), folder(...many)),
  ]
  const dropped = await filesOfEntries(entries(), withoutImages)
  // What was chosen itself is reported as not supported in its row.
  expect(dropped.files.slice(0, 3).map(({ name }) => name)).toEqual(["table.xlsx", "a.pdf", "b.docx"])
  expect(dropped).toMatchObject({ skipped: 1, isTruncated: false })
  expect(dropped.files).toHaveLength(153)
  const withImages = await filesOfEntries(entries(), (name) => isSupported(name, true))
  expect(withImages).toMatchObject({ skipped: 0, files: expect.objectContaining({ length: 154 }) })
})

test("leaves out unreadable files and folders, and stops at the limit", async () => {
  const broken: Entry = { isFile: true, isDirectory: false, file: (_, failed) => failed() }
  expect(await filesOfEntries([folder(broken)], withoutImages)).toEqual({ files: [], skipped: 0, isTruncated: false })
  const many = Array.from({ length: maxFilesOfFolders + 1 }, (_, index) => file(`${index}.txt`))
  const dropped = await filesOfEntries([folder(...many)], withoutImages)
  expect(dropped.files).toHaveLength(maxFilesOfFolders)
  expect(dropped.isTruncated).toBe(true)
})

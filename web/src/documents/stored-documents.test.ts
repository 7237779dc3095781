// The list of the documents of this browser, in its storage.
import { expect, test } from "vitest"
import { createStoredDocuments } from "./stored-documents.ts"

const name = "document-insight/dev/documents"
const document = (documentId: string, isUploaded = true) => ({
  documentId,
  fileName: `${documentId}.pdf`,
  sizeBytes: 1,
  isUploaded,
})

function setUp(initial?: string) {
  const entries = new Map(initial === undefined ? [] : [[name, initial]])
  let isFull = false
  const storage = {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem(key: string, value: string) {
      if (isFull) throw new Error("QuotaExceededError")
      entries.set(key, value)
    },
  } as Storage
  const tab = new EventTarget()
  const stored = createStoredDocuments(storage, "dev", tab)
  const fill = () => {
    isFull = true
  }
  return { stored, tab, entries, fill }
}

test("a new document is added at the top, and a known one is replaced at its place", () => {
  const { stored, entries } = setUp()
  for (const id of ["a", "b"]) stored.put(document(id, false))
  stored.put(document("a"))
  expect(stored.read()).toEqual([document("b", false), document("a")])
  expect([...entries.keys()]).toEqual([name])
})

test("a document is removed, and nothing is written for one that is not there", () => {
  const { stored, entries } = setUp()
  for (const id of ["a", "b"]) stored.put(document(id))
  stored.remove("a")
  expect(stored.read()).toEqual([document("b")])
  const text = `${entries.get(name)} `
  entries.set(name, text)
  stored.remove("a")
  expect(entries.get(name)).toBe(text)
})

test.each(["", "{", "{}", '[{"documentId":1}]', "null"])("the list is empty when %j is stored", (text) => {
  expect(setUp(text).stored.read()).toEqual([])
})

test("a document that an earlier version stored counts as uploaded", () => {
  const { isUploaded: _, ...old } = document("a")
  expect(setUp(JSON.stringify([old])).stored.read()).toEqual([document("a")])
})

test("a storage that is full leaves the list as it was", () => {
  const { stored, fill } = setUp()
  stored.put(document("a"))
  fill()
  stored.put(document("b"))
  expect(stored.read()).toEqual([document("a")])
})

test("changes of other tabs are reported for this list, and for all of the storage", () => {
  const { stored, tab } = setUp()
  let changes = 0
  stored.onChange(() => changes++)
  const change = (key: string | null) => tab.dispatchEvent(Object.assign(new Event("storage"), { key }))
  change(name)
  expect(changes).toBe(1)
  change("document-insight/prod/documents")
  expect(changes).toBe(1)
  change(null)
  expect(changes).toBe(2)
})

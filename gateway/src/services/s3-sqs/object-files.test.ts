// The files of S3: what a new process finds, and what an interrupted or failed write leaves behind.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { ObjectFiles } from "./object-files.ts"

const time = new Date("2026-01-02T03:04:05Z")

function open() {
  const folder = mkdtempSync(join(tmpdir(), "object-files-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const files = new ObjectFiles(folder)
  files.insertBucket("documents", time, "general-purpose" as never)
  const put = (key: string, body: string) =>
    files.upsertObject("documents", { key, body: Buffer.from(body), lastModified: time, etag: "e" } as never)
  const paths = () => readdirSync(folder, { recursive: true, encoding: "utf8" })
  return {
    folder,
    files,
    put,
    paths,
    objectsFolder: () => join(folder, paths().find((path) => path.endsWith("objects")) ?? ""),
  }
}

/** What another process loads from a folder. */
function load(folder: string) {
  const loaded: unknown[] = []
  const note =
    (name: string) =>
    (...values: unknown[]) =>
      void loaded.push([name, ...values])
  new ObjectFiles(folder).loadS3({
    createBucket: note("bucket"),
    setBucketCreationDate: note("created"),
    restoreBucketLifecycleConfiguration: note("lifecycle"),
    restoreObject: (bucket: string, { key, lastModified, body }: { key: string; lastModified: Date; body: Buffer }) =>
      loaded.push(["object", bucket, key, lastModified, body.length]),
    restoreMultipartUpload: (upload: { uploadId: string; parts: Map<number, { body: Buffer; lastModified: Date }> }) =>
      loaded.push(["upload", upload.uploadId, [...upload.parts].map(([number, { body }]) => [number, String(body)])]),
  } as never)
  return loaded
}

test("buckets, objects and uploads are found by the next process, and bodies are read when they are asked for", () => {
  const { folder, files, put } = open()
  files.saveBucketLifecycleConfiguration("documents", "<rules/>")
  put("../a\nb", "hello")
  files.insertMultipartUpload({ uploadId: "u1", initiated: time, parts: new Map() } as never)
  files.upsertMultipartPart("u1", { partNumber: 2, body: Buffer.from("part"), lastModified: time } as never)
  expect(load(folder)).toEqual([
    ["bucket", "documents", "general-purpose"],
    ["created", "documents", time],
    ["lifecycle", "documents", "<rules/>"],
    ["object", "documents", "../a\nb", time, 0],
    ["upload", "u1", [[2, "part"]]],
  ])
  expect(String(files.readBody("documents", "../a\nb"))).toBe("hello")
})

test("what is deleted is not found again", () => {
  const { folder, files, put } = open()
  files.saveBucketLifecycleConfiguration("documents", "<rules/>")
  files.deleteBucketLifecycleConfiguration("documents")
  put("a", "1")
  put("b", "2")
  files.deleteObject("documents", "a")
  files.insertMultipartUpload({ uploadId: "u1", initiated: time, parts: new Map() } as never)
  files.deleteMultipartUpload("u1")
  expect(load(folder).slice(2)).toEqual([["object", "documents", "b", time, 0]])
  files.deleteObjectsByBucket("documents")
  expect(load(folder)).toHaveLength(2)
  put("c", "3")
  files.deleteAllObjects()
  expect(load(folder)).toHaveLength(2)
  files.deleteBucket("documents")
  expect(load(folder)).toEqual([])
})

test("an object is renamed with its body, also to its own name, and an upload becomes an object", () => {
  const { folder, files, put } = open()
  put("a", "hello")
  files.renameObject("documents", "a", "b")
  files.renameObject("documents", "b", "b")
  expect(String(files.readBody("documents", "b"))).toBe("hello")
  files.insertMultipartUpload({ uploadId: "u1", initiated: time, parts: new Map() } as never)
  const object = { key: "c", body: Buffer.from("whole"), lastModified: time }
  files.completeMultipartUpload("u1", "documents", object as never)
  const found = load(folder).slice(2) as [string, string, string][]
  expect(found.map(([kind, , key]) => [kind, key]).toSorted()).toEqual([
    ["object", "b"],
    ["object", "c"],
  ])
})

test("a write that was interrupted is removed at the next start", () => {
  const { folder, put, paths, objectsFolder } = open()
  put("a", "1")
  writeFileSync(join(objectsFolder(), "x.unfinished"), "half")
  expect(load(folder).slice(2)).toEqual([["object", "documents", "a", time, 0]])
  expect(paths().filter((path) => path.endsWith(".unfinished"))).toEqual([])
})

test("a write that fails throws its own error, and leaves the object as it was", () => {
  const { files, put, paths, objectsFolder } = open()
  put("a", "1")
  const failing = { key: "a", body: Buffer.from("2"), lastModified: time, metadata: 1n }
  expect(() => files.upsertObject("documents", failing as never)).toThrow("BigInt")
  expect(String(files.readBody("documents", "a"))).toBe("1")
  expect(paths().filter((path) => path.endsWith(".unfinished"))).toEqual([])
  rmSync(objectsFolder(), { recursive: true })
  expect(() => put("b", "2")).toThrow(/ENOENT: no such file or directory, open /)
})

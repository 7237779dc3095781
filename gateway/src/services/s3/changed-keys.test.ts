// The keys that a request to S3 changes.
import { expect, test } from "vitest"
import { changedKeys } from "./changed-keys.ts"

const request = { bucket: "b", key: "path-key" } as unknown as Parameters<typeof changedKeys>[0]

test("a deletion of several objects names each of them, with XML entities decoded", () => {
  const keys = ["a&amp;b", "c&#x20;d", "e&#32;f", "&lt;&gt;&quot;&apos;", "g&unknown;h", ""]
  const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`)
  const deletion = Buffer.from(`<Delete>${objects.join("")}</Delete>`)
  expect(changedKeys(request, "DeleteMany", { deletion })).toEqual(["a&b", "c d", "e f", `<>"'`, "g&unknown;h", ""])
})

test("a form changes the key that it names", () => {
  expect(changedKeys(request, "Post", { formKey: "uploads/a.pdf" })).toEqual(["uploads/a.pdf"])
})

test("a form without a key, and a deletion without a body, change nothing", () => {
  expect(changedKeys(request, "Post", {})).toEqual([])
  expect(changedKeys(request, "DeleteMany", {})).toEqual([])
})

test.each(["Put", "Copy", "CompleteMultipartUpload", "Delete"] as const)("%s changes the key of the path", (change) => {
  expect(changedKeys(request, change, {})).toEqual(["path-key"])
})

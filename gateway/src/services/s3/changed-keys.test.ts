// The keys that a request to S3 changes.
import { expect, test } from "vitest"
import { changedKeys } from "./changed-keys.ts"

const request = { bucket: "b", key: "path-key" } as unknown as Parameters<typeof changedKeys>[0]

const form = (key: string, fileName: string) =>
  Buffer.from(
    `--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n${key}\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\n\r\nbytes\r\n--x--\r\n`,
  )

test("a form names its key", () => {
  expect(changedKeys(request, "Post", form("uploads/a.pdf", "b.pdf"))).toEqual(["uploads/a.pdf"])
})

test("${filename} in the key of a form is the name of the uploaded file", () => {
  expect(changedKeys(request, "Post", form("uploads/${filename}", "größe $& 1.pdf"))).toEqual([
    "uploads/größe $& 1.pdf",
  ])
})

test("a deletion of several objects names each of them, with XML entities decoded", () => {
  const keys = ["a&amp;b", "c&#x20;d", "e&#32;f", "&lt;&gt;&quot;&apos;", "g&unknown;h", ""]
  const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`)
  const body = Buffer.from(`<Delete>${objects.join("")}</Delete>`)
  expect(changedKeys(request, "DeleteMany", body)).toEqual(["a&b", "c d", "e f", `<>"'`, "g&unknown;h", ""])
})

test("a form without a key, and a request without a body, change nothing", () => {
  expect(changedKeys(request, "Post", Buffer.from('--x\r\nname="other"\r\n\r\na\r\n--x--\r\n'))).toEqual([])
  expect(changedKeys(request, "Post", undefined)).toEqual([])
  expect(changedKeys(request, "DeleteMany", undefined)).toEqual([])
})

test("a form without the name of a file has an empty ${filename}, and headers may follow its key", () => {
  const part = 'Content-Disposition: form-data; name="key"\r\nContent-Type: text/plain\r\n\r\na/${filename}-${filename}'
  expect(changedKeys(request, "Post", Buffer.from(`--x\r\n${part}\r\n--x--\r\n`))).toEqual(["a/-"])
})

test.each(["Put", "Copy", "CompleteMultipartUpload", "Delete"] as const)("%s changes the key of the path", (change) => {
  expect(changedKeys(request, change, undefined)).toEqual(["path-key"])
})

test("the time grows linearly with a form", () => {
  const timeOf = (parts: number) => {
    const body = Buffer.from('name="key"\r\na\r\n'.repeat(parts))
    const startedAt = performance.now()
    changedKeys(request, "Post", body)
    return performance.now() - startedAt
  }
  const small = timeOf(1_000)
  // Twenty times as many. Quadratic time would be 400 times as long.
  expect(timeOf(20_000)).toBeLessThan(Math.max(small, 20) * 80)
})

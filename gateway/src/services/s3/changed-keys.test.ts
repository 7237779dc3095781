// Which keys a request to S3 changes, where the request's path does not name them.
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
  const body = Buffer.from("<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c&#x20;d</Key></Object></Delete>")
  expect(changedKeys(request, "DeleteMany", body)).toEqual(["a&b", "c d"])
})

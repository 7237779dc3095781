// The fields of a form upload: which key it names, and how much of it is read.
import { Readable } from "node:stream"
import { expect, test } from "vitest"
import { readFields, readUploadForm } from "./upload-form.ts"

const contentType = "multipart/form-data; boundary=x"
const field = (name: string, value: string, more = "") =>
  `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
const file = (fileName: string, content = "bytes") => field("file", content, `; filename="${fileName}"`)
const keyOf = (...parts: string[]) => readFields(Buffer.from(`${parts.join("")}--x--\r\n`), contentType).key

test("a form names its key", () => {
  expect(keyOf(field("key", "uploads/a.pdf"), file("b.pdf"))).toBe("uploads/a.pdf")
  expect(keyOf(field("key", "a.pdf", "\r\nContent-Type: text/plain"), file("b.pdf"))).toBe("a.pdf")
})

test("${filename} in the key of a form is the name of the uploaded file", () => {
  expect(keyOf(field("key", "uploads/${filename}"), file("größe $& 1.pdf"))).toBe("uploads/größe $& 1.pdf")
  expect(keyOf(field("key", "uploads/${filename}"), file("../folder\\a.pdf"))).toBe("uploads/a.pdf")
  expect(keyOf(field("key", "a/${filename}-${filename}"))).toBe("a/-")
})

test("of two keys the last one counts, and one after the file does not", () => {
  expect(keyOf(field("key", "first"), field("key", "second", "; other=1"), file("a"), field("key", "third"))).toBe(
    "second",
  )
})

test.each<[what: string, form: string, type: string]>([
  ["no key", `${field("other", "a")}--x--`, contentType],
  ["an empty key", `${field("key", "")}--x--`, contentType],
  ["a key whose part does not end", field("key", "a"), contentType],
  ["parts without headers", "--x\r\na\r\n--x--", contentType],
  ["another boundary", `${field("key", "a")}--x--`, "multipart/form-data; boundary=y"],
  ["no boundary", `${field("key", "a")}--x--`, "multipart/form-data"],
])("a form with %s names no key", (_, form, type) => {
  expect(readFields(Buffer.from(form), type).key).toBe(undefined)
})

function incomingOf(chunks: Iterable<Buffer>) {
  return Object.assign(Readable.from(chunks, { objectMode: false }), {
    headers: { "content-type": contentType },
  }) as unknown as Parameters<typeof readUploadForm>[0]
}

test("the file of a form is not read, and can be read after its fields", async () => {
  const start = Buffer.from(field("key", "a.pdf") + file("a.pdf", "").replace(/\r\n$/, ""))
  const megabyte = Buffer.alloc(1024 ** 2, 1)
  let read = 0
  const incoming = incomingOf(
    (function* () {
      yield start
      for (; read < 50; read++) yield megabyte
    })(),
  )
  const form = await readUploadForm(incoming)
  if (form === "too large") throw new Error("The form is accepted")
  expect(form.key).toBe("a.pdf")
  expect(read).toBeLessThan(5)
  let rest = 0
  for await (const chunk of incoming) rest += (chunk as Buffer).length
  expect(form.head.length + rest).toBe(start.length + 50 * megabyte.length)
})

test("fields of more than 20 KB are rejected", async () => {
  const form = (bytes: number) =>
    incomingOf([Buffer.from(field("key", "a") + field("policy", "p".repeat(bytes)) + file("a"))])
  expect(await readUploadForm(form(19 * 1024))).toMatchObject({ key: "a" })
  expect(await readUploadForm(form(21 * 1024))).toBe("too large")
  expect(await readUploadForm(incomingOf([Buffer.alloc(1024 ** 2, "a")]))).toBe("too large")
})

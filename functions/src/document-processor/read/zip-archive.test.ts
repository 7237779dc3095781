// Files of zip archives: how they are stored, and archives that are damaged, protected or too large.
import { strToU8, zipSync } from "fflate"
import { expect, test } from "vitest"
import { ZipArchive } from "./zip-archive.ts"

const text = "A text that occurs again and again. ".repeat(20)
const maxBytes = 10_000

function makeZip(level: 0 | 9 = 9): Buffer {
  return Buffer.from(zipSync({ "a.xml": [strToU8(text), { level }], "folder/b.xml": strToU8("b") }, { comment: "" }))
}

/** Where the headers of the first file are. */
const centralOf = (zip: Buffer) => zip.readUInt32LE(zip.length - 22 + 16)

const failure = (errorCode: string) => expect.objectContaining({ name: "DocumentError", errorCode })
const readText = (zip: Uint8Array, limit = maxBytes) =>
  Buffer.from(new ZipArchive(zip).read("a.xml", limit)!).toString()

test.each([
  ["compressed", 9],
  ["not compressed", 0],
] as const)("a file that is %s is read by its name", (_how, level) => {
  const archive = new ZipArchive(makeZip(level))
  expect([...archive.names]).toEqual(["a.xml", "folder/b.xml"])
  expect([archive.has("folder/b.xml"), archive.has("b.xml")]).toEqual([true, false])
  expect(Buffer.from(archive.read("a.xml", maxBytes)!).toString()).toBe(text)
  expect(Buffer.from(archive.read("folder/b.xml", maxBytes)!).toString()).toBe("b")
  expect(archive.read("b.xml", maxBytes)).toBeUndefined()
})

test("an archive is read inside a larger buffer, and with bytes after its end", () => {
  const zip = makeZip()
  const padded = Buffer.concat([Buffer.alloc(7), zip]).subarray(7)
  expect(readText(padded)).toBe(text)
  expect(readText(Buffer.concat([zip, Buffer.from("comment")]))).toBe(text)
})

test("a file may have exactly as many bytes as are allowed, and one more is too large", () => {
  expect(readText(makeZip(), text.length)).toBe(text)
  expect(() => readText(makeZip(), text.length - 1)).toThrow(failure("TOO_LARGE"))
})

test("a file that inflates to more than it declares is too large or damaged", () => {
  const zip = makeZip()
  zip.writeUInt32LE(10, centralOf(zip) + 24)
  expect(() => readText(zip, 100)).toThrow(failure("TOO_LARGE"))
  expect(() => readText(zip)).toThrow(failure("CORRUPT"))
})

test("all reads of an archive have a limit together", () => {
  const zip = makeZip()
  zip.writeUInt32LE(150_000_000, centralOf(zip) + 24)
  const archive = new ZipArchive(zip)
  // Its size is wrong, and it counts.
  expect(() => archive.read("a.xml", 200_000_000)).toThrow(failure("CORRUPT"))
  expect(() => archive.read("a.xml", 200_000_000)).toThrow(failure("TOO_LARGE"))
})

test("an archive whose files have a password is protected", () => {
  const zip = makeZip()
  zip.writeUInt16LE(1, centralOf(zip) + 8)
  expect(() => new ZipArchive(zip)).toThrow(failure("ENCRYPTED"))
})

test.each<[what: string, damage: (zip: Buffer) => Uint8Array | undefined]>([
  ["without an end", (zip) => zip.subarray(0, zip.length - 1)],
  ["without a directory", (zip) => void zip.writeUInt32LE(zip.length, zip.length - 22 + 16)],
  ["without the file's header", (zip) => void zip.writeUInt32LE(zip.length, centralOf(zip) + 42)],
  ["whose file ends after the archive", (zip) => void zip.writeUInt32LE(zip.length, centralOf(zip) + 20)],
  ["with an unknown compression", (zip) => void zip.writeUInt16LE(9, centralOf(zip) + 10)],
  ["with other bytes than its compression has", (zip) => void zip.fill(0xff, 40, 60)],
  ["that is no archive", () => Buffer.from("not an archive at all, but a text")],
])("an archive %s is damaged", (_what, damage) => {
  const zip = makeZip()
  const damaged = damage(zip) ?? zip
  expect(() => readText(damaged)).toThrow(failure("CORRUPT"))
})

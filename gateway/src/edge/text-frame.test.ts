// Text frames, beside those of the WebSocket library.
import fc from "fast-check"
import { expect, test } from "vitest"
import * as library from "ws"
import { anyCharacter } from "../foundation/testing/any-character.ts"
import { encodeTextFrame, MAX_CHARACTERS } from "./text-frame.ts"

/** The type definitions of the library lack its sender. */
const { frame } = (library as unknown as { Sender: { frame(data: Buffer, options: object): Buffer[] } }).Sender

function frameOfLibrary(text: string): Buffer {
  return Buffer.concat(frame(Buffer.from(text), { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: true }))
}

test("a text frame has the bytes that the library sends, for every text", () => {
  const units = fc.string({ unit: anyCharacter, maxLength: 300 })
  const surrogates = fc.constantFrom("", "\ud800", "\udc00x", "é".repeat(62), "x".repeat(125), "x".repeat(126))
  fc.assert(
    fc.property(units, surrogates, (text, more) => {
      expect(encodeTextFrame(text + more)).toEqual(frameOfLibrary(text + more))
    }),
    { numRuns: 1000 },
  )
})

test.each(["x", "€"])("the longest text of %s fits into the length of a frame", (character) => {
  const text = character.repeat(MAX_CHARACTERS)
  expect(encodeTextFrame(text).equals(frameOfLibrary(text))).toBe(true)
})

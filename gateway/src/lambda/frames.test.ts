// Frames survive any cut into chunks, and bytes that are not frames are rejected.
import fc from "fast-check"
import { expect, test } from "vitest"
import { encodeFrame, FrameError, FrameReader } from "./frames.ts"

const frames = fc.array(fc.record({ header: fc.dictionary(fc.string(), fc.jsonValue()), payload: fc.string() }), {
  maxLength: 8,
})

test("frames are read as they were written, however they are cut into chunks", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 40 })), (written, sizes) => {
      const bytes = Buffer.concat(written.map(({ header, payload }) => encodeFrame(header, payload)))
      const read: { header: unknown; payload: string }[] = []
      const reader = new FrameReader(2 ** 20, (header, payload) => read.push({ header, payload }))
      let offset = 0
      for (let index = 0; offset < bytes.length; index++) {
        const size = sizes[index] ?? bytes.length
        reader.push(bytes.subarray(offset, offset + size))
        offset += size
      }
      // Through JSON, which has no negative zero; and Buffer replaces lone surrogates.
      const expected = written.map(({ header, payload }) => ({
        header: JSON.parse(Buffer.from(JSON.stringify(header)).toString()),
        payload: Buffer.from(payload).toString(),
      }))
      expect(read).toEqual(expected)
    }),
  )
})

test("bytes that are not frames are rejected or wait for more; nothing else is thrown", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const reader = new FrameReader(100, () => {})
      try {
        reader.push(Buffer.from(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError)
      }
    }),
  )
})

test("a frame over the limit is rejected before it arrives", () => {
  const reader = new FrameReader(100, () => {})
  expect(() => reader.push(encodeFrame({}, "x".repeat(200)).subarray(0, 4))).toThrow(
    "a frame of 206 bytes is over the limit",
  )
})

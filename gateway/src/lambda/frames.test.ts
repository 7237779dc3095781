// Frames survive any cut into chunks, and bytes that are not frames are rejected.
import fc from "fast-check"
import { expect, test } from "vitest"
import { decodeFrame, FrameError, FrameReader, FrameWriter } from "./frames.ts"

type Written = { header: object; payload: string; as: "json" | "invoke" | "responded" }

const number = fc.double({ noNaN: true })
const payload = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ minLength: 20, maxLength: 40 }).map((text) => text.repeat(1_000)),
)
const frame: fc.Arbitrary<Written> = fc.oneof(
  fc.record({ header: fc.dictionary(fc.string(), fc.jsonValue()), payload, as: fc.constant("json" as const) }),
  fc.record({
    header: fc.record({
      type: fc.constant("invoke"),
      requestId: fc.string({ unit: "grapheme" }),
      invokedFunctionArn: fc.string({ unit: "grapheme" }),
    }),
    payload,
    as: fc.constantFrom("json" as const, "invoke" as const),
  }),
  fc.record({
    header: fc.record({
      type: fc.constant("responded"),
      requestId: fc.string({ unit: "grapheme" }),
      durationMs: number,
      memoryBytes: number,
    }),
    payload,
    as: fc.constant("responded" as const),
  }),
)

function write(writer: FrameWriter, { header, payload, as }: Written): void {
  if (as === "invoke") writer.addInvoke(header as Parameters<FrameWriter["addInvoke"]>[0], payload)
  else if (as === "responded") writer.addResponded(header as Parameters<FrameWriter["addResponded"]>[0], payload)
  else writer.add(header, payload)
}

test("frames are read as they were written, however they are batched and cut into chunks", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(frame, { maxLength: 4 }), { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (batches, sizes) => {
        const writer = new FrameWriter()
        const taken = batches.map((batch) => {
          for (const one of batch) write(writer, one)
          return Buffer.from(writer.take())
        })
        const bytes = Buffer.concat(taken)
        const read: { header: unknown; payload: string }[] = []
        const reader = new FrameReader(2 ** 20, (header, payload) => read.push({ header, payload }))
        let offset = 0
        for (let index = 0; offset < bytes.length; index++) {
          const size = sizes[index] ?? bytes.length
          reader.push(bytes.subarray(offset, offset + size))
          offset += size
        }
        const expected = batches.flat().map(({ header, payload, as }) => ({
          // Through JSON, which has no negative zero; and Buffer replaces lone surrogates.
          header: as === "json" ? JSON.parse(Buffer.from(JSON.stringify(header)).toString()) : header,
          payload: Buffer.from(payload).toString(),
        }))
        expect(read).toEqual(expected)
      },
    ),
  )
})

test("a frame that needs a larger buffer leaves those before it as they are", () => {
  const writer = new FrameWriter()
  const read: unknown[] = []
  const reader = new FrameReader(2 ** 20, (header, payload) => read.push([header, payload.length]))
  for (const length of [1, 20_000, 300_000]) writer.add({ length }, "x".repeat(length))
  reader.push(writer.take())
  writer.add({ length: 2 }, "xx")
  reader.push(writer.take())
  expect(read).toEqual([1, 20_000, 300_000, 2].map((length) => [{ length }, length]))
})

test("bytes that are not frames are rejected or wait for more; nothing else is thrown", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // A length, the length of the header, and a header that may be cut anywhere.
    fc
      .tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 }), fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 40 }))
      .map(([length, headerBytes, kind, rest]) => [length, 0, 0, 0, headerBytes, 0, 0, 0, kind, ...rest]),
  )
  fc.assert(
    fc.property(bytes, (bytes) => {
      const reader = new FrameReader(100, () => {})
      try {
        reader.push(Buffer.from(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError)
      }
    }),
    { numRuns: 1000 },
  )
})

test("a binary header that is too short is rejected", () => {
  for (const kind of [1, 2]) {
    const body = Buffer.from([2, 0, 0, 0, kind, 0])
    expect(() => decodeFrame(body, 0, body.length)).toThrow("a header is not JSON")
  }
})

test("a frame over the limit is rejected before it arrives", () => {
  const reader = new FrameReader(100, () => {})
  const writer = new FrameWriter()
  writer.add({}, "x".repeat(200))
  expect(() => reader.push(writer.take().subarray(0, 4))).toThrow("a frame of 206 bytes is over the limit")
})

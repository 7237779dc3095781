// Cuts the frames of the WebSocket library into arbitrary chunks, and expects the sizes to be found.
import { PassThrough } from "node:stream"
import fc from "fast-check"
import { expect, test } from "vitest"
import * as library from "ws"
import { FrameMonitor } from "./frame-monitor.ts"

// Exported by the library, but missing from its typings.
const { Sender } = library as unknown as {
  Sender: { frame(data: Buffer, options: Record<string, unknown>): Buffer[] }
}

const MAX = 1000

class TestMonitor extends FrameMonitor {
  readonly #on: { onTooLarge?(): void; onIncomplete?(): void }

  constructor(socket: PassThrough, on: { onTooLarge?(): void; onIncomplete?(): void }) {
    super(socket, MAX)
    this.#on = on
  }

  protected frameTooLarge(): void {
    this.#on.onTooLarge?.()
  }

  protected messageIncomplete(): void {
    this.#on.onIncomplete?.()
  }
}

/** The bytes of frames with these payload sizes, as a client sends them. */
function framesOf(sizes: readonly number[], mask = true): Buffer {
  const frames = sizes.flatMap((size) =>
    Sender.frame(Buffer.alloc(size, 7), { fin: true, rsv1: false, opcode: 2, mask, readOnly: false }),
  )
  return Buffer.concat(frames)
}

/** Cuts bytes at the given places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}

function isReported(chunks: readonly Buffer[]): boolean {
  const socket = new PassThrough()
  let reported = 0
  new TestMonitor(socket, { onTooLarge: () => reported++ })
  for (const chunk of chunks) socket.emit("data", chunk)
  expect(reported).toBeLessThanOrEqual(1)
  return reported === 1
}

test("exactly the frames over the limit are reported, for any chunks", () => {
  const sizes = fc.array(
    fc.oneof(fc.nat({ max: 130 }), fc.integer({ min: MAX - 2, max: MAX + 2 }), fc.constant(70_000)),
    {
      maxLength: 6,
    },
  )
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(), { maxLength: 20 }), fc.boolean(), (payloads, cuts, mask) => {
      expect(isReported(pieces(framesOf(payloads, mask), cuts))).toBe(payloads.some((size) => size > MAX))
    }),
  )
})

test("a frame is reported before its payload arrives", () => {
  const header = framesOf([MAX + 1]).subarray(0, 8)
  expect(isReported([...header].map((byte) => Buffer.from([byte])))).toBe(true)
  expect(isReported([header.subarray(0, 7)])).toBe(false)
})

test("a 64-bit length is reported", () => {
  const header = Buffer.alloc(14)
  header.set([0x82, 0xff])
  header.writeBigUInt64BE(2n ** 53n, 2)
  expect(isReported([header])).toBe(true)
})

test.each([
  [[10, MAX + 1], true],
  [[10, 70_000], true],
  [[10, MAX, 10, MAX], false],
])("frames of %j bytes are measured alike wherever the first two chunks are cut: %j", (sizes, expected) => {
  const bytes = framesOf(sizes)
  for (let cut = 1; cut < 60; cut++) {
    expect(isReported([bytes.subarray(0, cut), bytes.subarray(cut)])).toBe(expected)
  }
})

/** What is monitored after each of the chunks: the bytes of the incomplete message, and the number of complete ones. */
function measured(chunks: readonly Buffer[]): { bytes: number; progress: number }[] {
  const socket = new PassThrough()
  let incomplete = 0
  const monitor = new TestMonitor(socket, { onIncomplete: () => incomplete++ })
  return chunks.map((chunk) => {
    const before = incomplete
    socket.emit("data", chunk)
    const now = monitor.measure()
    expect(incomplete - before).toBe(now.bytes > 0 ? 1 : 0)
    return now
  })
}

const dataFrame = (size: number, fin: boolean) =>
  Buffer.concat(Sender.frame(Buffer.alloc(size, 7), { fin, rsv1: false, opcode: 1, mask: true, readOnly: false }))
const ping = Buffer.concat(
  Sender.frame(Buffer.alloc(5), { fin: true, rsv1: false, opcode: 9, mask: true, readOnly: false }),
)

test("a message is incomplete until the last byte of its last frame, whatever lies between its fragments", () => {
  const last = dataFrame(10, true)
  expect(
    measured([
      dataFrame(10, false),
      ping,
      dataFrame(0, false),
      last.subarray(0, 3),
      last.subarray(3, 15),
      last.subarray(15),
    ]),
  ).toEqual([
    { bytes: 16, progress: 0 },
    { bytes: 27, progress: 0 },
    { bytes: 33, progress: 0 },
    { bytes: 36, progress: 0 },
    // The header that was incomplete is counted twice.
    { bytes: 51, progress: 0 },
    { bytes: 0, progress: 1 },
  ])
})

test("messages that end in the middle of a chunk are progress, and only what follows them is counted", () => {
  const both = Buffer.concat([dataFrame(10, true), dataFrame(20, false)])
  expect(measured([both, Buffer.concat([dataFrame(5, true), dataFrame(30, true).subarray(0, 20)])])).toEqual([
    { bytes: 26, progress: 1 },
    { bytes: 20, progress: 2 },
  ])
})

test("a ping between messages leaves nothing incomplete, and half of one does until it ends", () => {
  expect(measured([dataFrame(1, true), ping, ping.subarray(0, 8), ping.subarray(8)])).toEqual([
    { bytes: 0, progress: 1 },
    { bytes: 0, progress: 2 },
    { bytes: 8, progress: 2 },
    { bytes: 0, progress: 3 },
  ])
})

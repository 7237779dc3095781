// Frames are written in order and together, and never wait long.
import { expect, test } from "vitest"
import { ManualClock } from "../foundation/manual-clock.ts"
import { FrameBatch } from "./frame-batch.ts"
import { FrameReader } from "./frames.ts"

function openBatch() {
  const clock = new ManualClock()
  /** The payloads of each write. */
  const writes: string[][] = []
  const batch = new FrameBatch(clock, (bytes) => {
    const payloads: string[] = []
    new FrameReader(bytes.length, (_, payload) => payloads.push(payload)).push(bytes)
    writes.push(payloads)
  })
  return { clock, batch, writes }
}

/** Adds a frame in each turn of the event loop, before the turn ends. */
async function addPerTurn(batch: FrameBatch, count: number, afterEach = () => {}): Promise<void> {
  for (let index = 0; index < count; index++) {
    batch.add({}, String(index))
    await new Promise(setImmediate)
    afterEach()
  }
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate)
}

test("a frame is written after one turn that brings no other", async () => {
  const { batch, writes } = openBatch()
  batch.add({}, "0")
  await turns(1)
  expect(writes).toEqual([])
  await turns(1)
  expect(writes).toEqual([["0"]])
  await turns(3)
  expect(writes).toEqual([["0"]])
})

test("frames of one turn are written together, and eight do not wait for another turn", async () => {
  const { batch, writes } = openBatch()
  for (let index = 0; index < 8; index++) batch.addInvoke({ requestId: "id", invokedFunctionArn: "" }, String(index))
  await turns(1)
  expect(writes).toEqual([["0", "1", "2", "3", "4", "5", "6", "7"]])
})

test("while each turn brings a frame, they are written in groups of eight", async () => {
  const { batch, writes } = openBatch()
  await addPerTurn(batch, 20)
  await turns(2)
  expect(writes.map((payloads) => payloads.length)).toEqual([8, 8, 4])
  expect(writes.flat()).toEqual(Array.from({ length: 20 }, (_, index) => String(index)))
})

test("a frame waits for no other when the millisecond is over", async () => {
  const { clock, batch, writes } = openBatch()
  await addPerTurn(batch, 6, () => clock.advance(0.5))
  await turns(2)
  expect(writes.map((payloads) => payloads.length)).toEqual([2, 2, 2])
})

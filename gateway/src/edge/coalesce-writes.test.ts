import { once } from "node:events"
import { PassThrough } from "node:stream"
import { setImmediate as nextTurn } from "node:timers/promises"
import { expect, test } from "vitest"
import { coalesceWrites } from "./coalesce-writes.ts"

test("what is written in one turn is held until its end, for each socket, and then passes at once", async () => {
  const sockets = [new PassThrough(), new PassThrough()]
  for (const socket of sockets) {
    coalesceWrites(socket)
    socket.write("a")
    coalesceWrites(socket)
    socket.write("b")
    expect(socket.read()).toBe(null)
    expect(socket.writableCorked).toBe(1)
  }
  await nextTurn()
  for (const socket of sockets) {
    expect(socket.writableCorked).toBe(0)
    if (socket.readableLength === 0) await once(socket, "readable")
    expect(String(socket.read())).toBe("ab")
  }
})

test("a later turn is held again", async () => {
  const socket = new PassThrough()
  coalesceWrites(socket)
  await nextTurn()
  coalesceWrites(socket)
  expect(socket.writableCorked).toBe(1)
  await nextTurn()
  expect(socket.writableCorked).toBe(0)
})

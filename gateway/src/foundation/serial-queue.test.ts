import { expect, test } from "vitest"
import { createSerialQueue } from "./serial-queue.ts"

test("starts a task when the one before it has ended, and returns its result", async () => {
  const enqueue = createSerialQueue()
  const order: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = enqueue(async () => {
    order.push("first starts")
    await gate.promise
    order.push("first ends")
    return 1
  })
  const second = enqueue(async () => {
    order.push("second starts")
    return 2
  })
  await Promise.resolve()
  expect(order).toEqual(["first starts"])
  gate.resolve()
  expect(await Promise.all([first, second])).toEqual([1, 2])
  expect(order).toEqual(["first starts", "first ends", "second starts"])
})

test("rejects the promise of a failed task, and runs the next one", async () => {
  const enqueue = createSerialQueue()
  const failed = enqueue(async () => {
    throw new Error("it failed")
  })
  const next = enqueue(async () => "next")
  await expect(failed).rejects.toThrow("it failed")
  expect(await next).toBe("next")
})

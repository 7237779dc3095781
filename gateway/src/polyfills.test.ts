import { expect, test } from "vitest"
import { DisposableStackPolyfill, withResolvers } from "./polyfills.ts"

test.each([
  ["the polyfill", DisposableStackPolyfill],
  ["the language", AsyncDisposableStack],
])("%s disposes in reverse order, runs every disposer and throws the first error", async (_, Stack) => {
  const order: string[] = []
  const stack = new Stack()
  stack.defer(() => void order.push("first"))
  stack.adopt("adopted", async (value) => void order.push(value))
  stack.use({
    async [Symbol.asyncDispose]() {
      order.push("async")
    },
  })
  stack.use({
    [Symbol.dispose]() {
      order.push("sync")
    },
  })
  stack.defer(() => {
    throw new Error("it failed")
  })
  await expect(stack.disposeAsync()).rejects.toThrow("it failed")
  expect(order).toEqual(["sync", "async", "adopted", "first"])
})

test.each([
  ["the polyfill", DisposableStackPolyfill],
  ["the language", AsyncDisposableStack],
])("%s moves its disposers to another stack", async (_, Stack) => {
  const order: string[] = []
  const stack = new Stack()
  stack.defer(() => void order.push("moved"))
  const moved = stack.move()
  await stack.disposeAsync()
  expect(order).toEqual([])
  await moved.disposeAsync()
  expect(order).toEqual(["moved"])
})

test("withResolvers settles its promise from outside", async () => {
  const resolved = withResolvers<number>()
  resolved.resolve(1)
  expect(await resolved.promise).toBe(1)
  const rejected = withResolvers<number>()
  rejected.reject(new Error("no"))
  await expect(rejected.promise).rejects.toThrow("no")
})

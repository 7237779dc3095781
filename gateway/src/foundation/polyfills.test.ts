import { expect, onTestFinished, test, vi } from "vitest"
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

test("a stack without disposers, or with null, disposes nothing", async () => {
  for (const Stack of [DisposableStackPolyfill, AsyncDisposableStack]) {
    const stack = new Stack()
    expect(stack.use(null)).toBe(null)
    expect(stack.use(undefined)).toBe(undefined)
    await expect(stack.disposeAsync()).resolves.toBeUndefined()
    await expect(stack[Symbol.asyncDispose]()).resolves.toBeUndefined()
  }
})

test("a stack waits for each disposer before the next one, and disposes once", async () => {
  for (const Stack of [DisposableStackPolyfill, AsyncDisposableStack]) {
    const order: string[] = []
    const stack = new Stack()
    stack.defer(() => void order.push("last"))
    stack.defer(async () => {
      await Promise.resolve()
      order.push("first")
    })
    await stack[Symbol.asyncDispose]()
    await stack.disposeAsync()
    expect(order).toEqual(["first", "last"])
  }
})

/** Imports the module anew with these globals, and restores them after the test. */
async function importWith(globals: { Stack: unknown; withResolvers: unknown }) {
  const targets: [target: object, name: string, value: unknown][] = [
    [globalThis, "AsyncDisposableStack", globals.Stack],
    [Promise, "withResolvers", globals.withResolvers],
  ]
  for (const [target, name, value] of targets) {
    const before = Object.getOwnPropertyDescriptor(target, name) ?? {}
    onTestFinished(() => void Object.defineProperty(target, name, before))
    if (value === undefined) Reflect.deleteProperty(target, name)
    else Object.defineProperty(target, name, { ...before, value })
  }
  vi.resetModules()
  const module = await import("./polyfills.ts")
  return {
    module,
    found: targets.map(([target, name]) => Object.getOwnPropertyDescriptor(target, name)),
  }
}

test("what the language lacks is defined as the language would define it", async () => {
  const { module, found } = await importWith({ Stack: undefined, withResolvers: undefined })
  const flags = { configurable: true, writable: true, enumerable: false }
  expect(found).toEqual([
    { ...flags, value: module.DisposableStackPolyfill },
    { ...flags, value: module.withResolvers },
  ])
})

test("what the language has is kept", async () => {
  const own = { Stack: class {}, withResolvers: () => {} }
  const { found } = await importWith(own)
  expect(found.map((one) => one?.value)).toEqual([own.Stack, own.withResolvers])
})

// Adds what Node.js 20 and 22 lack of the language features that the gateway uses. Imported first by every entry point.

type Dispose = () => unknown

/** `AsyncDisposableStack` of ECMAScript 2026, limited to what the gateway uses. */
export class DisposableStackPolyfill implements AsyncDisposable {
  #disposers: Dispose[] = []

  use<Value extends AsyncDisposable | Disposable | null | undefined>(value: Value): Value {
    if (value) this.defer(() => (Symbol.asyncDispose in value ? value[Symbol.asyncDispose]() : value[Symbol.dispose]()))
    return value
  }

  adopt<Value>(value: Value, dispose: (value: Value) => unknown): Value {
    this.defer(() => dispose(value))
    return value
  }

  defer(dispose: Dispose): void {
    this.#disposers.push(dispose)
  }

  move(): DisposableStackPolyfill {
    const moved = new DisposableStackPolyfill()
    moved.#disposers = this.#disposers.splice(0)
    return moved
  }

  /** Disposes in reverse order; every disposer runs, and the first error is thrown at the end. */
  async disposeAsync(): Promise<void> {
    const errors: unknown[] = []
    for (const dispose of this.#disposers.splice(0).reverse()) {
      try {
        await dispose()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disposeAsync()
  }
}

export function withResolvers<Value>(): PromiseWithResolvers<Value> {
  let resolve: PromiseWithResolvers<Value>["resolve"] = () => {}
  let reject: PromiseWithResolvers<Value>["reject"] = () => {}
  const promise = new Promise<Value>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise
    reject = rejectPromise
  })
  return { promise, resolve, reject }
}

function define(target: object, name: string, value: unknown): void {
  if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true, writable: true })
}

define(globalThis, "AsyncDisposableStack", DisposableStackPolyfill)
define(Promise, "withResolvers", withResolvers)

// Sets the variable `_X_AMZN_TRACE_ID` for each invocation. The C library keeps every value that a variable ever had, and
// to set one takes as long as to run a quick handler. So `process.env` becomes a proxy that returns the current value, and
// the variable itself, which only native code and new worker threads read, is set at most every 100 ms.

const NAME = "_X_AMZN_TRACE_ID"
const SET_EVERY_MS = 100

// A handler may replace the clock of its realm.
const currentTime = Date.now

/** @returns a function that begins an invocation */
export function installTraceId(host: NodeJS.Process): (requestId: string) => void {
  const variables = host.env
  let begun: { requestId: string; time: number } | undefined
  let value: string | undefined
  let setAt = Number.NEGATIVE_INFINITY

  function current(): string {
    value ??= begun && traceId(begun.requestId, begun.time)
    return value ?? ""
  }

  /** From now on the handler's own value counts, until the next invocation. */
  function leaveToHandler(): void {
    begun = undefined
    value = undefined
    setAt = Number.NEGATIVE_INFINITY
  }

  const proxy = new Proxy(variables, {
    get: (target, name: string) => (name === NAME && begun ? current() : target[name]),
    getOwnPropertyDescriptor(target, name) {
      const descriptor = Reflect.getOwnPropertyDescriptor(target, name)
      return name === NAME && begun ? { ...descriptor, value: current() } : descriptor
    },
    set(target, name, newValue) {
      if (name === NAME) leaveToHandler()
      return Reflect.set(target, name, newValue)
    },
    defineProperty(target, name, descriptor) {
      if (name === NAME) leaveToHandler()
      return Reflect.defineProperty(target, name, descriptor)
    },
    deleteProperty(target, name) {
      if (name === NAME) leaveToHandler()
      return Reflect.deleteProperty(target, name)
    },
  })
  host.env = proxy

  return (requestId) => {
    const time = currentTime()
    begun = { requestId, time }
    value = undefined
    // A handler may replace the object.
    if (host.env !== proxy) host.env[NAME] = current()
    if (time - setAt < SET_EVERY_MS) return
    setAt = time
    variables[NAME] = current()
  }
}

// AWS: Root=1-{8 hex digits of time}-{24 hex digits};Parent={16};Sampled={0|1} (lambda-trace-id)
export function traceId(requestId: string, time: number): string {
  const digits = requestId.replaceAll("-", "")
  const seconds = Math.floor(time / 1000).toString(16)
  return `Root=1-${seconds}-${digits.slice(0, 24)};Parent=${digits.slice(16)};Sampled=0`
}

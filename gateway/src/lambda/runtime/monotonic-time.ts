// The monotonic time of the runtime. To read `performance` would load modules of Node.js that most handlers do not use.

// A handler may replace it.
const { hrtime } = globalThis.process

/** @returns milliseconds since an unspecified moment */
export function monotonicTime(): number {
  const [seconds, nanoseconds] = hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}

// Starts the runtime of an execution environment with compiled code from earlier ones.
import nodeModule from "node:module"

// Modules of Node.js ask these for colors. The real ones would be opened for that, which makes their descriptors
// non-blocking, and a handler that writes to them could fail with EAGAIN. console.ts sets what handlers see.
for (const name of ["stdout", "stderr"]) {
  Object.defineProperty(process, name, { value: { isTTY: false }, configurable: true, writable: true })
}

// An argument and not a variable, because handlers see exactly Lambda's variables.
const compileCache = process.argv.pop()
// Node.js 20 has no such cache.
nodeModule.enableCompileCache?.(compileCache)
// The bundle of main.ts.
await import(new URL("./index.mjs", import.meta.url).href)

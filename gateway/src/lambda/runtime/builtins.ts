// What the runtime uses of Node.js's larger modules. To import such a module reads all of its exports, also those that Node.js
// loads when they are first used, which takes a fifth of the time in which an environment starts.

// Not imported: that would open the standard streams, which makes their descriptors non-blocking.
const { getBuiltinModule } = globalThis.process

export const { existsSync, readFileSync, readSync, realpathSync, statSync, writeSync } = getBuiltinModule("node:fs")
export const { Socket } = getBuiltinModule("node:net")
export const {
  promises: { finished },
  Writable,
} = getBuiltinModule("node:stream")
export const { fileURLToPath, pathToFileURL } = getBuiltinModule("node:url")
export const { format, types } = getBuiltinModule("node:util")

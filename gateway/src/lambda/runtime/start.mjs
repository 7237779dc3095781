// Starts the runtime of an execution environment with compiled code from earlier ones.
import nodeModule from "node:module"

// An argument and not a variable, because handlers see exactly Lambda's variables.
const compileCache = process.argv.pop()
// Node.js 20 has none.
nodeModule.enableCompileCache?.(compileCache)
await import("./main.ts")

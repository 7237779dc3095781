// Starts the runtime of an execution environment with compiled code from earlier ones.
import { enableCompileCache } from "node:module"

// An argument and not a variable, because handlers see exactly Lambda's variables.
enableCompileCache(process.argv.pop())
await import("./main.ts")

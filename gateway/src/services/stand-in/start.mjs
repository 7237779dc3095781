// Starts the process of a stand-in with compiled code from earlier ones. JavaScript, as every file that is run by its path,
// because the package has no others.
import nodeModule from "node:module"

// Node.js 20 has no such cache.
nodeModule.enableCompileCache?.(process.argv[3])
await import("./main.ts")

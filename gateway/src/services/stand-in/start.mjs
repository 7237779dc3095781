// Starts the process of a stand-in with compiled code from earlier ones. JavaScript, as every file that is run by its path,
// because the package has no others.
import nodeModule from "node:module"

// Node.js 20 has no such cache.
nodeModule.enableCompileCache?.(process.argv[3])

// To import a module of Node.js reads all of its exports. These load an HTTP client that no stand-in uses, which takes as long
// as half of a start of Node.js.
const http = process.getBuiltinModule("node:http")
for (const name of ["WebSocket", "CloseEvent", "MessageEvent"]) delete http[name]

await import("./main.ts")

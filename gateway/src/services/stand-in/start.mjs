// Starts a stand-in from its modules, as they are in the package. JavaScript, as every file that is run by its path, because
// the package has no others.

// To import a module of Node.js reads all of its exports. These load an HTTP client that no stand-in uses, which takes as long
// as half of a start of Node.js.
const http = process.getBuiltinModule("node:http")
for (const name of ["WebSocket", "CloseEvent", "MessageEvent"]) delete http[name]

const { name } = JSON.parse(process.argv[2])
if (name === "dynamodb") await import("../dynamodb/main.ts")
else await import("../s3-sqs/start.ts")

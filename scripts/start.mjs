// The entry point of `npm start`: says at once that it starts, then runs the command on the pinned Node 24, which takes
// longer. Plain JavaScript without imports at its head, because what is imported loads before the first line runs.
const argv = process.argv.slice(2)
const isSilent = ["--json", "--quiet", "--help", "--version"].some((option) => argv.includes(option))

if (process.stderr.isTTY && !isSilent) process.stderr.write("Starting Document Insight...\n")
process.argv.splice(2, 0, "scripts/start.ts")
await import("./run.mjs")

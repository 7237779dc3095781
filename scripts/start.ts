// The entry point of `npm start`: says at once that it starts, then loads the command, which takes longer.
const argv = process.argv.slice(2)
const isSilent = ["--json", "--quiet", "--help", "--version"].some((option) => argv.includes(option))

if (process.stderr.isTTY && !isSilent) process.stderr.write("Starting Document Insight...\n")
const { commandLine } = await import("@document-insight/gateway/cli")
const { startCommand } = await import("./start-command.ts")
process.exitCode = await commandLine(argv, process.env, startCommand)

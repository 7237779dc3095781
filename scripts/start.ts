// Runs `npm start` on the pinned Node 24; start.mjs, its entry point, has said before that it starts.
import { commandLine } from "@document-insight/gateway/cli"
import { startCommand } from "./start-command.ts"

process.exitCode = await commandLine(process.argv.slice(2), process.env, startCommand)

// Implements `npm run gallery`: photographs every state of the page on one sheet, or serves the gallery.
import { once } from "node:events"
import { join } from "node:path"
import { runCommand } from "../../scripts/run-command.ts"

const command = {
  usage: "npm run gallery -- [options]",
  summary: "Photographs every state of the page on one sheet.",
  options: { serve: { type: "boolean", help: "serve the states instead, until Ctrl-C" } },
} as const

await runCommand(command, async ({ values }) => {
  if (values.serve === true) {
    // Loaded only where they are used, because Vite and the browser take longer than the help.
    const { createServer } = await import("vite")
    const server = await createServer({ root: join(import.meta.dirname, "..", "..", "web"), logLevel: "silent" })
    await server.listen()
    console.log(`${server.resolvedUrls?.local[0]}gallery.html\nPress Ctrl-C to stop.`)
    await once(process, "SIGINT")
    await server.close()
    return 0
  }
  const { photographGallery } = await import("./photograph-gallery.ts")
  const { sheet, states, problems } = await photographGallery()
  for (const problem of problems) console.error(problem)
  console.log(`${states.length} states: ${sheet}`)
  return problems.length === 0 ? 0 : 1
})

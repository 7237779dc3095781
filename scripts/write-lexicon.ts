// Implements `npm run lexicon`: writes the English words that the document processor knows, from the package compromise.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { runCommand } from "./run-command.ts"

const command = {
  usage: "npm run lexicon",
  summary: "Writes the lexicon of English words again, after an upgrade of the package compromise.",
  options: {},
} as const

await runCommand(command, async () => {
  // Loaded only here, because the package takes longer than all else.
  const { compromiseLexicon } = await import("../functions/test/compromise-lexicon.ts")
  const folder = join(import.meta.dirname, "..", "functions", "src", "document-processor", "insights")
  writeFileSync(join(folder, "english-lexicon.json"), `${JSON.stringify(compromiseLexicon(), null, 2)}\n`)
  return 0
})

// Implements `npm run corpus`: writes the files of the corpus, and what is expected of each, into a folder.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { CommandError, runCommand } from "./run-command.ts"

const command = {
  usage: "npm run corpus -- FOLDER",
  summary: "Writes some ninety small documents of every supported format to try the system with.",
  options: {},
  positionals: ["FOLDER", "is created when it does not exist; files of the same names are replaced"],
} as const

await runCommand(command, async ({ positionals: [folder, ...others] }) => {
  if (folder === undefined || others.length > 0) {
    throw new CommandError("One folder is needed.", "For example: npm run corpus -- corpus")
  }
  // Loaded only here, because it makes its documents.
  const { corpus } = await import("../functions/test/corpus/corpus.ts")
  mkdirSync(folder, { recursive: true })
  for (const { name, make, expected } of corpus) {
    writeFileSync(join(folder, name), await make())
    writeFileSync(join(folder, `${name}.expected.json`), `${JSON.stringify(expected, null, 2)}\n`)
  }
  console.log(`${corpus.length} documents are in ${folder}, each with what is expected of it in .expected.json.`)
  return 0
})

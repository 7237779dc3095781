// Runs npm commands one after the other in this process, because each loads modules that others load too. Its argument is
// JSON: file and arguments of each command. Prints what each has printed and its exit code.
import { registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

export type CommandResult = { stdout: string; stderr: string; exitCode: number }

const root = join(import.meta.dirname, "..", "..")
const [, , commands = "[]"] = process.argv
const write = process.stdout.write.bind(process.stdout)
let printed = { stdout: "", stderr: "" }
let run = 0

for (const name of ["stdout", "stderr"] as const) {
  process[name].write = (chunk: string | Uint8Array) => {
    printed[name] += chunk
    return true
  }
}

const loadedByCommand = urlOf("gateway/src/cli/main.ts")
registerHooks({
  // Evaluated again for each command, as its file is, because it parses the arguments.
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    return resolved.url === loadedByCommand ? { ...resolved, url: `${resolved.url}?run=${run}` } : resolved
  },
  // The file of a command is the main module of its process.
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(`?run=${run}`)) return loaded
    return { ...loaded, source: String(loaded.source).replace("import.meta.main", "true") }
  },
})

const results: CommandResult[] = []
for (const [file, args] of JSON.parse(commands) as [string, string[]][]) {
  run++
  printed = { stdout: "", stderr: "" }
  process.exitCode = 0
  process.argv = [process.execPath, join(root, file), ...args]
  await import(`${urlOf(file)}?run=${run}`)
  results.push({ ...printed, exitCode: Number(process.exitCode) })
}
process.exitCode = 0
write(JSON.stringify(results))

function urlOf(file: string): string {
  return pathToFileURL(join(root, file)).href
}

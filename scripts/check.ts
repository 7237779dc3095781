// Implements `npm run check` and `npm run fix`: format, lint (with the layer rules), types, unused code.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")
const bin = join(root, "node_modules", ".bin")

export type CheckResult = { name: string; passed: boolean }

/** Runs all checks concurrently, and prints the output of those that fail. */
export async function runChecks({ fix = false } = {}): Promise<CheckResult[]> {
  const checks = [
    ["format and lint", "biome", ["check", "--error-on-warnings", ...(fix ? ["--write"] : [])]],
    ["types", "tsc", ["-p", "tsconfig.json"]],
    ["types of the page", "tsc", ["-p", "tsconfig.browser.json"]],
    ["types of the console", "tsc", ["-p", "gateway/src/console"]],
    ["unused files, exports and dependencies", "knip", []],
  ] as const
  return Promise.all(checks.map(([name, command, args]) => runCheck(name, command, args)))
}

function runCheck(name: string, command: string, args: readonly string[]): Promise<CheckResult> {
  const startedAt = performance.now()
  const child = spawn(join(bin, command), args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  child.stdout.on("data", (chunk) => (output += chunk))
  child.stderr.on("data", (chunk) => (output += chunk))
  return new Promise((resolve) => {
    child.on("close", (code) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      console.log(`${code === 0 ? "ok" : "FAILED"}  ${name}  ${seconds} s`)
      if (code !== 0) console.log(output)
      resolve({ name, passed: code === 0 })
    })
  })
}

const command = {
  usage: "npm run check -- [options]",
  summary: "Checks format, lint rules, types and unused code. `npm run fix` also writes the fixes that are safe.",
  options: { fix: { type: "boolean", help: "write the fixes that are safe" } },
} as const

if (import.meta.main) {
  await runCommand(command, async ({ values }) => {
    const results = await runChecks({ fix: values.fix === true })
    return results.every(({ passed }) => passed) ? 0 : 1
  })
}

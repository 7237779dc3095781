// Implements `npm run check` and `npm run fix`: format, lint (with the layer rules), types, unused code.
import { spawn } from "node:child_process"
import { constants, setPriority } from "node:os"
import { join } from "node:path"
import { runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")
const bin = join(root, "node_modules", ".bin")

export type CheckResult = { name: string; passed: boolean }

export type CheckOptions = {
  /** Writes the fixes that are safe. */
  fix?: boolean
  /** Leaves the processors to others: to the tests that run at the same time. */
  inBackground?: boolean
  /** Receives the report of each check when it has ended: its time, and its output when it failed. */
  print?: (report: string) => void
}

/** Runs all checks concurrently. */
export async function runChecks(options: CheckOptions = {}): Promise<CheckResult[]> {
  const { fix = false, inBackground = false, print = console.log } = options
  // Each of several checkers would check what they share again, which takes a quarter more CPU time.
  const checkers = inBackground ? ["--checkers", "1"] : []
  // Checks again only what a change concerns, in half of the time.
  const incremental = ["--incremental", "--tsBuildInfoFile", join("node_modules", ".cache", "types.tsbuildinfo")]
  const checks = [
    ["format and lint", "biome", ["check", "--error-on-warnings", ...(fix ? ["--write"] : [])]],
    ["types", "tsc", ["-p", "tsconfig.json", ...incremental, ...checkers]],
    ["types of the page", "tsc", ["-p", "tsconfig.browser.json", ...checkers]],
    ["types of the console", "tsc", ["-p", "gateway/src/console", ...checkers]],
    ["unused files, exports and dependencies", "knip", []],
  ] as const
  return Promise.all(checks.map(([name, program, args]) => runCheck({ name, program, args, inBackground, print })))
}

type Check = { name: string; program: string; args: readonly string[] } & Required<Omit<CheckOptions, "fix">>

function runCheck({ name, program, args, inBackground, print }: Check): Promise<CheckResult> {
  const startedAt = performance.now()
  const child = spawn(join(bin, program), args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
  // The processes that it starts inherit the priority.
  if (inBackground && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  let output = ""
  child.stdout.on("data", (chunk) => (output += chunk))
  child.stderr.on("data", (chunk) => (output += chunk))
  return new Promise((resolve) => {
    child.on("close", (code) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      print(`${code === 0 ? "ok" : "FAILED"}  ${name}  ${seconds} s`)
      if (code !== 0) print(output)
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

// `npm run check`: format, lint (with the layer rules), types, unused code; `--fix` writes what can be fixed safely.
import { spawn } from "node:child_process"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")
const bin = join(root, "node_modules", ".bin")

export type CheckResult = { name: string; passed: boolean }

/** Runs every check at once and prints what the failing ones say. */
export async function runChecks({ fix = false } = {}): Promise<CheckResult[]> {
  const checks = [
    ["format and lint", "biome", ["check", "--error-on-warnings", ...(fix ? ["--write"] : [])]],
    ["types", "tsc", ["-p", "tsconfig.json"]],
    ["types of the page", "tsc", ["-p", "tsconfig.browser.json"]],
    ["unused files, exports and dependencies", "knip", []],
  ] as const
  return Promise.all(checks.map(([name, command, args]) => runCheck(name, command, args)))
}

function runCheck(name: string, command: string, args: readonly string[]): Promise<CheckResult> {
  const startedAt = performance.now()
  const child = spawn(join(bin, command), args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
  let said = ""
  child.stdout.on("data", (chunk) => (said += chunk))
  child.stderr.on("data", (chunk) => (said += chunk))
  return new Promise((resolve) => {
    child.on("close", (code) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      console.log(`${code === 0 ? "ok" : "FAILED"}  ${name}  ${seconds} s`)
      if (code !== 0) console.log(said)
      resolve({ name, passed: code === 0 })
    })
  })
}

if (import.meta.main) {
  const results = await runChecks({ fix: process.argv.includes("--fix") })
  process.exitCode = results.every(({ passed }) => passed) ? 0 : 1
}

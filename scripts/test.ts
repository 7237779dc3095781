// Implements `npm test` and `npm run test:all`: checks and tests. The last line is `N passed, N failed`.
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runChecks } from "./check.ts"
import { installChromium } from "./chromium.ts"
import { defaultAssembly, prepareSystem } from "./prepare-system.ts"
import { runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")

const command = {
  usage: "npm test -- [PATH...] [options] [-- options of vitest]",
  summary: "Runs the checks and the tests. The last line of the output is `N passed, N failed`.",
  options: {
    all: { type: "boolean", help: "also the level soak: what runs long to find what is rare (npm run test:all)" },
    project: {
      type: "string",
      multiple: true,
      value: "NAME",
      help: "only this level of tests: unit, contract, applications, isolation, e2e or soak",
    },
    testNamePattern: { type: "string", short: "t", value: "REGEX", help: "only tests whose title matches" },
    bail: { type: "string", value: "N", help: "stop after N failed tests" },
  },
  positionals: ["PATH...", "only test files whose path contains one of these"],
  passedOn: "options of `vitest run`, passed on unchanged",
} as const

await runCommand(command, async ({ values: { all, ...values }, positionals, passedOn }) => {
  // Many tests serve the system, and would wait for the first that prepares it.
  const preparing = prepareSystem({ outdir: defaultAssembly }).catch((error: Error) => console.error(error.message))
  // Most tests wait for processes and timers, so the checks run meanwhile. Their reports are last, where they are read.
  // A selection of tests may measure latency, which the checks would change.
  const isSelection = values.project !== undefined || positionals.length > 0
  const reports: string[] = []
  const checking = isSelection
    ? runChecks()
    : runChecks({ inBackground: true, print: (report) => reports.push(report) })
  await Promise.all([isSelection && checking, installChromium(), preparing])
  const options = Object.entries(values).flatMap(([name, value]) => [value].flat().map((one) => `--${name}=${one}`))
  // Paths select tests of every level.
  const levels = all || isSelection ? [] : ["--project=!soak"]
  const tests = await runTests([...levels, ...options, ...positionals, ...passedOn], all ? { TEST_RUNS: "all" } : {})
  const checks = await checking
  for (const report of reports) console.log(report)
  const passed = tests.passed + checks.filter((check) => check.passed).length
  const failed = tests.failed + checks.filter((check) => !check.passed).length
  console.log(`\n${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
})

/** A run that fails without a failed test (an error outside of tests, a crash) counts as one failure. */
async function runTests(
  args: string[],
  environment: Record<string, string>,
): Promise<{ passed: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), "document-insight-test-"))
  const report = join(folder, "report.json")
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...environment },
  })
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve))
  try {
    if (!existsSync(report)) return { passed: 0, failed: 1 }
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, "utf8"))
    const failed = numFailedTests > 0 ? numFailedTests : numFailedTestSuites
    return { passed: numPassedTests, failed: failed > 0 ? failed : code === 0 ? 0 : 1 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

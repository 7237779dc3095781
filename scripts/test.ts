// `npm test`: every check and every test that CI runs. Its last line is `N passed, N failed`.
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { buildPage } from "./build-page.ts"
import { runChecks } from "./check.ts"
import { installChromium } from "./chromium.ts"

const root = join(import.meta.dirname, "..")

const checks = await runChecks()
await installChromium()
await buildPage()
const tests = await runTests(process.argv.slice(2))
const passed = tests.passed + checks.filter((check) => check.passed).length
const failed = tests.failed + checks.filter((check) => !check.passed).length
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** A run that ends badly with no failed test (an error outside of tests, a crash) counts as one failure. */
async function runTests(args: string[]): Promise<{ passed: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), "document-insight-test-"))
  const report = join(folder, "report.json")
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...args], { cwd: root, stdio: "inherit" })
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

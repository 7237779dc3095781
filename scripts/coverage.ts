// `npm run coverage`: the statement coverage of the unit and contract tests, per room of the gateway and per package.
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative, sep } from "node:path"
import { parseArgs } from "node:util"
import { roomOf } from "../tests/mutants/rooms.ts"

const root = join(import.meta.dirname, "..")

const help = `Measures which statements the unit and contract tests run.

  npm run coverage                       every unit and contract test
  npm run coverage -- gateway/src/iam    only the tests below a folder

Options:
  --help    this text

The table shows statements per room of the gateway and per package. Code that runs in
worker threads (gateway/src/lambda/worker), in child processes or in a browser is not counted. Nothing is enforced.
`

type Counts = { total: number; covered: number }

async function measure(paths: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "document-insight-coverage-"))
  try {
    const code = await runVitest(paths, folder)
    const summary = join(folder, "coverage-summary.json")
    if (existsSync(summary)) console.log(`\n${formatTable(readRooms(summary))}`)
    return code
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function runVitest(paths: readonly string[], folder: string): Promise<number> {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
  const args = [
    ...["run", "--project", "unit", "--project", "contract", "--reporter=dot"],
    ...["--coverage.enabled", "--coverage.provider=v8", "--coverage.reportOnFailure"],
    ...["--coverage.include={gateway,client,functions,protocol,infrastructure,web}/src/**/*.{ts,tsx}"],
    ...["--coverage.exclude=**/*.test.{ts,tsx}", "--coverage.exclude=**/testing/**", "--coverage.exclude=**/*.d.ts"],
    ...["--coverage.reporter=json-summary", `--coverage.reportsDirectory=${folder}`],
  ]
  const child = spawn(process.execPath, [vitest, ...args, ...paths], { cwd: root, stdio: "inherit" })
  return new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => resolve(code ?? 1))
  })
}

function readRooms(summary: string): Map<string, Counts> {
  const files: Record<string, { statements: Counts }> = JSON.parse(readFileSync(summary, "utf8"))
  const rooms = new Map<string, Counts>()
  for (const [path, { statements }] of Object.entries(files)) {
    const room = path === "total" ? "all" : roomOf(relative(root, path).split(sep).join("/"))
    const { total = 0, covered = 0 } = rooms.get(room) ?? {}
    rooms.set(room, { total: total + statements.total, covered: covered + statements.covered })
  }
  return new Map([...rooms].sort(([one], [other]) => (one === "all" ? 1 : other === "all" ? -1 : one < other ? -1 : 1)))
}

function formatTable(rooms: ReadonlyMap<string, Counts>): string {
  const lines = ["room                      statements   covered"]
  for (const [room, { total, covered }] of rooms) {
    const percent = total === 0 ? "-" : `${((covered / total) * 100).toFixed(1)} %`
    lines.push(`${room.padEnd(24)}${String(total).padStart(12)}${percent.padStart(10)}`)
  }
  return lines.join("\n")
}

function readPaths(args: string[]): string[] | "help" {
  const options = { help: { type: "boolean", short: "h", default: false } } as const
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind === "option" && token.name !== "help") {
      throw new Error(`${token.rawName} is not a known option. Known options: --help.`)
    }
  }
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  return values.help ? "help" : positionals
}

try {
  const paths = readPaths(process.argv.slice(2))
  if (paths === "help") process.stdout.write(help)
  else process.exitCode = await measure(paths)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n  Hint: npm run coverage -- --help\n`)
  process.exitCode = 1
}

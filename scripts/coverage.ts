// `npm run coverage`: the statement coverage of the unit and contract tests, per room of the gateway and per package.
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative, sep } from "node:path"
import { roomOf } from "../tests/mutants/rooms.ts"
import { runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")

const command = {
  usage: "npm run coverage -- [PATH...]",
  summary: "Measures which statements the unit and contract tests run.",
  options: {},
  positionals: ["PATH...", "only the tests below these folders, for example gateway/src/iam"],
  details: `
The table shows statements per room of the gateway and per package. Code that runs in
child processes (gateway/src/lambda/runtime) or in a browser is not counted. Nothing is enforced.`,
} as const

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

await runCommand(command, ({ positionals }) => measure(positionals))

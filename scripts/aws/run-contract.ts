// Runs the contract cases with Vitest and reads its report.
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { ContractStack } from "./contract-stack.ts"

const root = join(import.meta.dirname, "..", "..")

export type ContractOptions = {
  stack: ContractStack
  /** When false, the cases run against gateways on this machine. */
  onAws: boolean
  /** Runs only cases whose name matches this pattern. */
  rows: string | undefined
  signal: AbortSignal
}

export type CaseResult = {
  /** The fidelity row. */
  row: string
  behaviour: string
  status: "passed" | "failed" | "skipped"
  /** What was different, for a failed case. */
  difference: string
}

/** @throws Error when Vitest reports no case, which includes a run that did not start */
export async function runContract({ stack, onAws, rows, signal }: ContractOptions): Promise<CaseResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "document-insight-contract-"))
  const file = join(folder, "report.json")
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
  const filter = rows === undefined ? [] : ["--testNamePattern", rows]
  const reporters = ["--reporter=json", `--outputFile=${file}`]
  try {
    const args = [vitest, "run", "--project", "contract", ...contractFiles(), ...reporters, ...filter]
    const child = spawn(process.execPath, args, {
      cwd: root,
      // stdout belongs to the report.
      stdio: ["ignore", 2, 2],
      env: { ...process.env, ...(onAws ? targetEnvironment(stack) : { TARGET: "local" }) },
      signal,
    })
    await new Promise<void>((resolve, reject) => child.once("error", reject).once("close", () => resolve()))
    const results = existsSync(file) ? readResults(readFileSync(file, "utf8")) : []
    if (results.every(({ status }) => status === "skipped")) {
      throw new Error("No contract case ran: Vitest's own message is above.")
    }
    return results
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The test files with cases that can run against AWS. The others have nothing to run with TARGET=aws. */
function contractFiles(): string[] {
  const folder = join(root, "tests", "contract")
  return readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts") && /^contract\(/m.test(readFileSync(join(folder, name), "utf8")))
    .map((name) => `tests/contract/${name}`)
}

function targetEnvironment({ url, region, credentials }: ContractStack): Record<string, string> {
  return {
    TARGET: "aws",
    CONTRACT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  }
}

type Report = { testResults: { assertionResults: Assertion[] }[] }
type Assertion = { title: string; status: string; failureMessages?: string[] }

function readResults(report: string): CaseResult[] {
  const { testResults }: Report = JSON.parse(report)
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ title, status, failureMessages = [] }): CaseResult => {
      // A case is named `row: behaviour`.
      const [, row = "", behaviour = title] = /^([a-z0-9-]+): (.*)$/.exec(title) ?? []
      return {
        row,
        behaviour,
        status: status === "passed" || status === "failed" ? status : "skipped",
        difference: withoutStack(failureMessages.join("\n")),
      }
    }),
  )
}

function withoutStack(message: string): string {
  return message
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join("\n")
    .trim()
}

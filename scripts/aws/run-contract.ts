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

/** @throws Error when no case matches, or Vitest reports none, which includes a run that did not start */
export async function runContract({ stack, onAws, rows, signal }: ContractOptions): Promise<CaseResult[]> {
  const { files, leftOut } = contractFiles(rows)
  // Without a file, Vitest would run all.
  if (files.length === 0) throw new Error(`No contract case has a name that matches ${rows}.`)
  const folder = mkdtempSync(join(tmpdir(), "document-insight-contract-"))
  const file = join(folder, "report.json")
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
  const filter = rows === undefined ? [] : ["--testNamePattern", rows]
  const reporters = ["--reporter=json", `--outputFile=${file}`]
  try {
    const args = [vitest, "run", "--project", "contract", ...files, ...reporters, ...filter]
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
    return [...results, ...leftOut.map((name): CaseResult => ({ ...caseOf(name), status: "skipped", difference: "" }))]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * The test files with cases that can run against AWS, since the others have nothing to run with TARGET=aws. Of those, the
 * files with a case that the pattern matches, because a file takes long to load, and the names of the cases in the others.
 */
function contractFiles(rows: string | undefined): { files: string[]; leftOut: string[] } {
  const folder = join(root, "tests", "contract")
  const pattern = new RegExp(rows ?? "")
  const found = readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => ({ file: `tests/contract/${name}`, text: readFileSync(join(folder, name), "utf8") }))
    .filter(({ text }) => /^contract\(/m.test(text))
    .map(({ file, text }) => ({ file, ...namesIn(text) }))
  const matching = found.filter(({ names, hasOthers }) => hasOthers || names.some((name) => pattern.test(name)))
  return {
    files: matching.map(({ file }) => file),
    leftOut: found.filter((one) => !matching.includes(one)).flatMap(({ names }) => names),
  }
}

/** The names of the cases that are a statement of their file, and whether it has others, such as those of a loop. */
function namesIn(text: string): { names: string[]; hasOthers: boolean } {
  const call = String.raw`\bcontract(?:\.\w+)?\(`
  const cases = [...text.matchAll(new RegExp(`^${call}\\s*"([^"]*)",\\s*("(?:[^"\\\\]|\\\\.)*"|'[^'\\\\]*')`, "gm"))]
  return {
    names: cases.map(
      ([, row, title = '""']) => `${row}: ${title.startsWith("'") ? title.slice(1, -1) : JSON.parse(title)}`,
    ),
    hasOthers: [...text.matchAll(new RegExp(call, "g"))].length > cases.length,
  }
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
      return {
        ...caseOf(title),
        status: status === "passed" || status === "failed" ? status : "skipped",
        difference: withoutStack(failureMessages.join("\n")),
      }
    }),
  )
}

/** A case is named `row: behaviour`. */
function caseOf(name: string): Pick<CaseResult, "row" | "behaviour"> {
  const [, row = "", behaviour = name] = /^([a-z0-9-]+): (.*)$/.exec(name) ?? []
  return { row, behaviour }
}

function withoutStack(message: string): string {
  return message
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join("\n")
    .trim()
}

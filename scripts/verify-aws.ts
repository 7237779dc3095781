// Implements `npm run verify:aws`: deploys the contract stack to AWS, runs every contract case, measures, reports, and
// removes the stack.
import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { AwsAccessError, findAwsAccess, reportProblems } from "./aws/aws-access.ts"
import { contractReport, dateOf } from "./aws/contract-report.ts"
import type { ContractStack } from "./aws/contract-stack.ts"
import { runContract } from "./aws/run-contract.ts"
import { CommandError, runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")

const command = {
  usage: "npm run verify:aws -- [options]",
  summary: "Runs the contract cases against AWS, measures latency, and writes a report.",
  options: {
    region: { type: "string", value: "NAME", help: "the region (default: AWS_REGION, or the profile's)" },
    profile: { type: "string", value: "NAME", help: "the profile of ~/.aws/config" },
    rows: { type: "string", value: "PATTERN", help: 'only cases whose name matches, such as "limit-"' },
    samples: { type: "string", value: "N", help: "handshakes and pushes to measure (default: 50)" },
    output: { type: "string", value: "DIR", help: "where the report is written (default: docs/fidelity)" },
    "dry-run": { type: "boolean", help: "the same against the local gateway, without AWS; needs --output" },
  },
  details: `
Creates a CloudFormation stack (three WebSocket APIs, four functions, a table), runs the contract cases against it,
measures handshake and push latency, writes docs/fidelity/aws-run-DATE.md, and deletes the stack. Ends with 0 when every
case agrees. Everything is billed by use; a run is a few hundred handshakes and messages.`,
} as const

await runCommand(command, async ({ values: { samples = "50", "dry-run": dryRun = false, ...values } }) => {
  try {
    return await verify({ ...values, samples, dryRun })
  } catch (error) {
    if (!(error instanceof AwsAccessError)) {
      throw new CommandError((error as Error).message, "`npm run verify:aws -- --help` lists the options.", error)
    }
    reportProblems(error)
    return 1
  }
})

type VerifyOptions = {
  region?: string
  profile?: string
  rows?: string
  samples: string
  output?: string
  dryRun: boolean
}

/** @returns the exit code: 0 when every case agrees. */
async function verify({ region, profile, rows, samples, output, dryRun }: VerifyOptions): Promise<number> {
  const sampleCount = Number(samples)
  if (!(Number.isInteger(sampleCount) && sampleCount > 0)) {
    throw new Error(`--samples "${samples}" is not a whole number above 0.`)
  }
  if (dryRun && output === undefined) {
    throw new Error("--dry-run needs --output DIR: a report of the local gateway does not belong in docs/fidelity.")
  }
  const startedAt = new Date()
  const access = dryRun ? undefined : await findAwsAccess({ region, profile })
  const log = (line: string) => process.stderr.write(`${line}\n`)
  // What takes a second to load: a mistake is reported before.
  const { deployContractStack, serveContractStack } = await import("./aws/contract-stack.ts")
  const { measureLatency } = await import("./aws/measure-latency.ts")
  const open = (signal: AbortSignal) => (access ? deployContractStack({ access, log, signal }) : serveContractStack())
  const { results, latencies } = await useStack(open, async (stack, signal) => ({
    results: await runContract({ stack, onAws: !dryRun, rows, signal }),
    latencies: await measureLatency(stack, sampleCount),
  }))
  const target = access ? `AWS, account ${access.accountId}, region ${access.region}` : "the local gateway (dry run)"
  const report = contractReport({ target, startedAt, commit: currentCommit(), results, latencies })
  const folder = output === undefined ? join(root, "docs", "fidelity") : resolve(process.env.INIT_CWD ?? "", output)
  const file = join(folder, `aws-run-${dateOf(startedAt)}.md`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, report)
  process.stdout.write(`${report}\nWrote ${file}\n`)
  return results.some(({ status }) => status === "failed") ? 1 : 0
}

/** Removes the stack however `use` ends. An interruption (Ctrl-C) ends the run, and the stack is removed as well. */
async function useStack<Result>(
  open: (signal: AbortSignal) => Promise<ContractStack>,
  use: (stack: ContractStack, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interruption = new AbortController()
  const interrupt = () => interruption.abort(new Error("The run was interrupted."))
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt)
  try {
    const stack = await open(interruption.signal)
    try {
      return await use(stack, interruption.signal)
    } finally {
      await stack.remove()
    }
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt)
  }
}

function currentCommit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim()
  } catch {
    return "unknown"
  }
}

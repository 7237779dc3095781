// `npm run verify:aws`: deploys the contract stack to AWS, runs every contract case, measures, reports, removes the stack.
import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { AwsAccessError, findAwsAccess, reportProblems } from "./aws/aws-access.ts"
import { contractReport, dateOf } from "./aws/contract-report.ts"
import { type ContractStack, deployContractStack, serveContractStack } from "./aws/contract-stack.ts"
import { measureLatency } from "./aws/measure-latency.ts"
import { runContract } from "./aws/run-contract.ts"
import { failWith } from "./context-flags.ts"

const root = join(import.meta.dirname, "..")

const usage = `Usage: npm run verify:aws -- [options]

Creates a CloudFormation stack (two WebSocket APIs, three functions, a table), runs the contract cases against it,
measures handshake and push latency, writes docs/fidelity/aws-run-DATE.md, and deletes the stack. Ends with 0 when every
case agrees. Everything is billed by use; a run is a few hundred handshakes and messages.

  --region NAME     the region (default: AWS_REGION, or the profile's)
  --profile NAME    the profile of ~/.aws/config
  --rows PATTERN    only cases whose name matches, such as "limit-"
  --samples N       handshakes and pushes to measure (default: 50)
  --output DIR      where the report is written (default: docs/fidelity)
  --dry-run         the same against the local gateway, without AWS; needs --output`

try {
  const { values } = parseArgs({
    options: {
      region: { type: "string" },
      profile: { type: "string" },
      rows: { type: "string" },
      samples: { type: "string", default: "50" },
      output: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  })
  if (values.help) console.log(usage)
  else process.exitCode = await verify({ ...values, dryRun: values["dry-run"] })
} catch (error) {
  if (error instanceof AwsAccessError) reportProblems(error)
  else failWith(error, "`npm run verify:aws -- --help` lists the options.")
}

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
  const stack = access ? await deployContractStack({ access, log }) : await serveContractStack()
  const { results, latencies } = await useStack(stack, async (signal) => ({
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
async function useStack<Result>(stack: ContractStack, use: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interruption = new AbortController()
  const interrupt = () => interruption.abort(new Error("The run was interrupted."))
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt)
  try {
    return await use(interruption.signal)
  } finally {
    await stack.remove()
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

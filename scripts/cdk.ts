// `npm run deploy`, `diff` and `destroy`: the CDK CLI on all stacks of one environment; a deployment is checked first.
import { spawn } from "node:child_process"
import { join, resolve } from "node:path"
import { apiGatewayAccountStackName, synthesize } from "@document-insight/infrastructure"
import { checkAccount } from "./aws/account-checks.ts"
import { AwsAccessError, findAwsAccess, reportProblems } from "./aws/aws-access.ts"
import { readRequirements } from "./aws/deployment-requirements.ts"
import { buildPage } from "./build-page.ts"
import { type ContextFlags, failWith, readContextFlags } from "./context-flags.ts"

const root = join(import.meta.dirname, "..")
const commands: Record<string, (flags: ContextFlags) => Promise<string[]>> = {
  deploy: prepareDeployment,
  diff: async (flags) => ["diff", ...(await appOptions(flags))],
  destroy: async (flags) => ["destroy", "--all", ...(await appOptions(flags))],
}
const [command = "", ...args] = process.argv.slice(2)

try {
  const prepare = commands[command]
  if (!prepare) throw new Error(`"${command}" is not a command. Commands: ${Object.keys(commands).join(", ")}.`)
  const flags = readContextFlags(args, { allowRest: true })
  const cdkArguments = await prepare(flags)
  const cli = join(root, "node_modules", "aws-cdk", "bin", "cdk")
  const cdk = spawn(process.execPath, [cli, ...cdkArguments, ...flags.rest], { cwd: root, stdio: "inherit" })
  cdk.once("close", (code) => {
    process.exitCode = code ?? 1
  })
} catch (error) {
  if (error instanceof AwsAccessError) reportProblems(error)
  else failWith(error, "`npm run deploy -- --env prod -c key=value`, and any option of `cdk deploy`.")
}

/**
 * Synthesizes, then checks the credentials and the account before anything is deployed.
 *
 * @returns the arguments of the CDK CLI. It deploys the assembly that was checked; cdk.json's `requireApproval` makes it
 * ask before it broadens permissions.
 * @throws AwsAccessError when the credentials or the account cannot be used for it.
 */
async function prepareDeployment({ envName, context, output, rest }: ContextFlags): Promise<string[]> {
  // First, because it takes a moment, and building and synthesizing take several seconds.
  const access = await findAwsAccess({ profile: optionValue(rest, "--profile") })
  await buildPage()
  const report = await synthesize({ outdir: output, context, validate: true, ...(envName && { envName }) })
  if (report) process.stderr.write(`${report}\n`)
  const { problems, skipped } = await checkAccount({
    access,
    requirements: readRequirements(resolve(root, output)),
    accountStackName: apiGatewayAccountStackName,
    deployCommand: `npm run deploy --${envName ? ` --env ${envName}` : ""}`,
  })
  for (const name of skipped) process.stderr.write(`Not checked: ${name}.\n`)
  if (problems.length > 0) throw new AwsAccessError(problems)
  process.stderr.write(`Deploying to account ${access.accountId} in ${access.region}.\n`)
  return ["deploy", "--all", "--app", output]
}

/** The options with which the CDK CLI runs the app itself. */
async function appOptions({ envName, context, output }: ContextFlags): Promise<string[]> {
  await buildPage()
  const settings = Object.entries({ ...context, ...(envName && { env: envName }) })
  return ["--output", output, ...settings.flatMap(([key, value]) => ["--context", `${key}=${value}`])]
}

function optionValue(options: readonly string[], name: string): string | undefined {
  const inline = options.find((option) => option.startsWith(`${name}=`))
  if (inline) return inline.slice(name.length + 1)
  const index = options.indexOf(name)
  return index === -1 ? undefined : options[index + 1]
}

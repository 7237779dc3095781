// Implements `npm run deploy`, `diff` and `destroy`: the CDK CLI on all stacks of one environment. A deployment is
// checked first.
import { join, resolve } from "node:path"
import { apiGatewayAccountStackName, synthesize } from "@document-insight/infrastructure"
import { AwsAccessError, findAwsAccess, reportProblems } from "./aws/aws-access.ts"
import { readRequirements } from "./aws/deployment-requirements.ts"
import { buildPage } from "./build-page.ts"
import { type CloudAssemblyContext, contextOptions, readContext } from "./context-options.ts"
import { runChild } from "./run-child.ts"
import { CommandError, runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")

type CdkCommand = {
  name: string
  summary: string
  /** Options of the CDK CLI that this command takes too. */
  cdkOptions: Readonly<Record<string, { type: "string" | "boolean"; value?: string; help: string }>>
  /** @returns the arguments of the CDK CLI */
  prepare(context: CloudAssemblyContext, profile: string | undefined): Promise<string[]>
}

const commands: CdkCommand[] = [
  {
    name: "deploy",
    summary: "Checks the AWS account, then deploys the stacks of one environment.",
    cdkOptions: {
      "require-approval": { type: "string", value: "LEVEL", help: "never | any-change | broadening (default)" },
    },
    prepare: prepareDeployment,
  },
  {
    name: "diff",
    summary: "Compares the stacks of one environment with what is deployed.",
    cdkOptions: {},
    prepare: async (context) => ["diff", ...(await appOptions(context))],
  },
  {
    name: "destroy",
    summary: "Deletes the stacks of one environment from AWS.",
    cdkOptions: { force: { type: "boolean", help: "do not ask for confirmation" } },
    prepare: async (context) => ["destroy", "--all", ...(await appOptions(context))],
  },
]

const [name, ...argv] = process.argv.slice(2)
const selected = commands.find((command) => command.name === name)
if (!selected) throw new Error(`"${name}" is not a command. Commands: ${commands.map((one) => one.name).join(", ")}.`)
await run(selected, argv)

async function run({ name, summary, cdkOptions, prepare }: CdkCommand, argv: readonly string[]): Promise<void> {
  const command = {
    usage: `npm run ${name} -- [options] [-- options of cdk ${name}]`,
    summary,
    options: {
      ...contextOptions,
      profile: { type: "string", value: "NAME", help: "the profile of ~/.aws/config" },
      ...cdkOptions,
    },
    passedOn: `options of \`cdk ${name}\`, passed on unchanged`,
  } as const
  await runCommand(
    command,
    async ({ values: { env, context, output, profile, ...others }, passedOn }) => {
      const assembly = readContext({ env, context, output })
      const cdkArguments = await prepare(assembly, profile).catch((error) => {
        if (error instanceof AwsAccessError) return error
        throw new CommandError((error as Error).message, `\`npm run ${name} -- --help\` lists the options.`, error)
      })
      if (cdkArguments instanceof AwsAccessError) {
        reportProblems(cdkArguments)
        return 1
      }
      const options = Object.entries({ ...others, ...(profile !== undefined && { profile }) })
      const flags = options.map(([option, value]: [string, string | boolean]) =>
        value === true ? `--${option}` : `--${option}=${value}`,
      )
      return runCdk([...cdkArguments, ...flags, ...passedOn])
    },
    argv,
  )
}

function runCdk(args: readonly string[]): Promise<number> {
  const cli = join(root, "node_modules", "aws-cdk", "bin", "cdk")
  return runChild(process.execPath, [cli, ...args], root)
}

/**
 * Synthesizes, then checks the credentials and the account before anything is deployed.
 *
 * @returns the arguments of the CDK CLI. It deploys the assembly that was checked; cdk.json's `requireApproval` makes it
 * ask before it broadens permissions.
 * @throws AwsAccessError when the credentials or the account cannot be used for it.
 */
async function prepareDeployment(
  { envName, context, output }: CloudAssemblyContext,
  profile: string | undefined,
): Promise<string[]> {
  // First, because it takes a moment, and building and synthesizing take several seconds.
  const access = await findAwsAccess({ profile })
  // The SDK of four services, which takes longer to load than a mistake takes to be reported.
  const { checkAccount } = await import("./aws/account-checks.ts")
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
async function appOptions({ envName, context, output }: CloudAssemblyContext): Promise<string[]> {
  await buildPage()
  const settings = Object.entries({ ...context, ...(envName && { env: envName }) })
  return ["--output", output, ...settings.flatMap(([key, value]) => ["--context", `${key}=${value}`])]
}

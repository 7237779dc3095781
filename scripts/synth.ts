// Implements `npm run synth`: writes cdk.out and validates it against CloudFormation's rules, without an AWS account.
import { synthesize } from "@document-insight/infrastructure"
import { buildPage } from "./build-page.ts"
import { contextOptions, readContext } from "./context-options.ts"
import { CommandError, runCommand } from "./run-command.ts"

const command = {
  usage: "npm run synth -- [options]",
  summary: "Synthesizes the CDK app and validates its templates. Needs no AWS account, network or Docker.",
  options: contextOptions,
} as const

await runCommand(command, async ({ values }) => {
  const { envName, context, output } = readContext(values)
  try {
    await buildPage()
    const report = await synthesize({
      outdir: output,
      context,
      validate: true,
      ...(envName !== undefined && { envName }),
    })
    if (report) process.stderr.write(`${report}\n`)
  } catch (error) {
    throw new CommandError((error as Error).message, "infrastructure/src/config.ts lists the settings.", error)
  }
  process.stderr.write(`Wrote ${output}\n`)
  return 0
})

// Runs a command: parses its options, handles --help and --version, and reports errors.
import { type CommandOptions, parseOptions } from "./options.ts"
import { outputClosed } from "./output-closed.ts"
import { jsonReporter, type Reporter, terminalReporter } from "./reporter.ts"
import { watchParent } from "./watch-parent.ts"

export type Command = {
  help: string
  version: string
  /**
   * @param outputClosed is aborted when the reader of the command's output has closed the pipe, or npm was ended
   * @returns the exit code
   */
  run(options: CommandOptions, reporter: Reporter, outputClosed: AbortSignal): Promise<number>
}

/** @returns the exit code: 1 after an error, which is reported in one sentence with a hint */
export async function commandLine(argv: string[], env: NodeJS.ProcessEnv, command: Command): Promise<number> {
  // Everything that this process and the CDK app format or parse without a time zone is in UTC, as on Lambda.
  env.TZ = "UTC"
  // The AWS SDK would begin the output with eight lines about the end of support for this version of Node.js.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true"
  using parent = watchParent(env)
  const closed = AbortSignal.any([outputClosed(process.stdout, process.stderr), parent.ended])
  const reporter = argv.includes("--json")
    ? jsonReporter(process.stdout)
    : terminalReporter(process.stdout, process.stderr, { verbosity: argv.includes("--quiet") ? "quiet" : "all" })
  try {
    const options = parseOptions(argv, env)
    if (!options.help && !options.version) return await command.run(options, reporter, closed)
    process.stdout.write(options.help ? command.help : `${command.version}\n`)
    return 0
  } catch (error) {
    reporter.failure(error)
    return 1
  }
}

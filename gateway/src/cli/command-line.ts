// What every command does around its own work: reads the options, answers --help and --version, tells mistakes.
import { type CommandOptions, parseOptions } from "./options.ts"
import { jsonReporter, type Reporter, terminalReporter } from "./reporter.ts"

export type Command = {
  help: string
  version: string
  /** @returns the exit code */
  run(options: CommandOptions, reporter: Reporter): Promise<number>
}

/** @returns the exit code: 1 after a mistake, which has then been told in one sentence with a hint */
export async function commandLine(argv: string[], env: NodeJS.ProcessEnv, command: Command): Promise<number> {
  // Differs: functions run in UTC on AWS, but threads share the time zone of the process (lambda-time-zone)
  env.TZ = "UTC"
  const reporter = argv.includes("--json")
    ? jsonReporter(process.stdout)
    : terminalReporter(process.stdout, process.stderr)
  try {
    const options = parseOptions(argv, env)
    if (!options.help && !options.version) return await command.run(options, reporter)
    process.stdout.write(options.help ? command.help : `${command.version}\n`)
    return 0
  } catch (error) {
    reporter.failure(error)
    return 1
  }
}

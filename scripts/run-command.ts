// Runs the program behind an npm command: parses its options, prints its help, and reports errors in one sentence.
import { type ParseArgsOptionsConfig, parseArgs } from "node:util"

type Option = {
  type: "string" | "boolean"
  short?: string
  multiple?: boolean
  /** The name of the value in the help. */
  value?: string
  help: string
}

type Options = Readonly<Record<string, Option>>

export type Command<Known extends Options> = {
  /** For example "npm run bench -- [NAME...] [options]". */
  usage: string
  /** What the command does, in one sentence. */
  summary: string
  options: Known
  /** Help for the positional arguments: name and text. Without it none is accepted. */
  positionals?: readonly [name: string, help: string]
  /** Help for the arguments after `--`. Without it none is accepted. */
  passedOn?: string
  /** More text at the end of the help. */
  details?: string
}

type ValueOf<Type extends Option["type"]> = Type extends "string" ? string : boolean

export type Arguments<Known extends Options> = {
  values: {
    [Name in keyof Known]?: Known[Name] extends { multiple: true }
      ? ValueOf<Known[Name]["type"]>[]
      : ValueOf<Known[Name]["type"]>
  }
  positionals: string[]
  /** The arguments after `--`. */
  passedOn: string[]
}

/** An error of the user, reported without a stack trace. */
export class CommandError extends Error {
  override readonly name = "CommandError"
  readonly hint: string

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { cause })
    this.hint = hint
  }
}

/** @throws CommandError when the text of an option is not a whole number */
export function wholeNumber(option: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new CommandError(`--${option} ${text} is not a number.`, "Give a whole number.")
}

/**
 * Sets the exit code of the process: the result of `main`, 0 after `--help`, 1 after a `CommandError`.
 * @param argv the arguments after the script's name
 */
export async function runCommand<const Known extends Options>(
  command: Command<Known>,
  main: (args: Arguments<Known>) => number | Promise<number>,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  try {
    const args = parseCommand(command, argv)
    if (args === "help") process.stdout.write(helpOf(command))
    else process.exitCode = await main(args)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    process.stderr.write(`${error.message}\n${error.hint === "" ? "" : `  Hint: ${error.hint}\n`}`)
    process.exitCode = 1
  }
}

/** @throws CommandError for an unknown option, a value that is missing or superfluous, and an unexpected argument */
export function parseCommand<const Known extends Options>(
  command: Command<Known>,
  argv: readonly string[],
): Arguments<Known> | "help" {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length
  const { values, positionals } = parse({ ...command.options, help: helpOption }, argv.slice(0, end))
  const { help, ...known } = values as Record<string, unknown>
  if (help === true) return "help"
  const passedOn = argv.slice(end + 1)
  if (passedOn.length > 0 && command.passedOn === undefined) throw unexpected(passedOn[0], command)
  if (positionals.length > 0 && command.positionals === undefined) throw unexpected(positionals[0], command)
  return { values: known as Arguments<Known>["values"], positionals, passedOn }
}

const helpOption = { type: "boolean", short: "h", help: "this text" } as const

function parse(options: Options, args: string[]) {
  const config: ParseArgsOptionsConfig = {}
  for (const [name, { type, short, multiple }] of Object.entries(options)) {
    config[name] = { type, ...(short !== undefined && { short }), ...(multiple !== undefined && { multiple }) }
  }
  try {
    return parseArgs({ args, options: config, allowPositionals: true })
  } catch (error) {
    const { message } = error as Error
    const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1]
    const sentence = unknown === undefined ? message.replace(/\.( .*)?$/s, "") : `${unknown} is not a known option`
    throw new CommandError(`${sentence}.`, `Known options: ${namesOf(options).join(", ")}.`, error)
  }
}

function unexpected(argument: string | undefined, { options, usage }: Command<Options>): CommandError {
  const known = namesOf({ ...options, help: helpOption }).join(", ")
  return new CommandError(`Unexpected argument '${argument}'.`, `Usage: ${usage}. Known options: ${known}.`)
}

function namesOf(options: Options): string[] {
  return Object.entries(options).map(([name, { value }]) => `--${name}${value === undefined ? "" : ` ${value}`}`)
}

export function helpOf({ usage, summary, options, positionals, passedOn, details }: Command<Options>): string {
  const all: Options = { ...options, help: helpOption }
  const names = namesOf(all)
  const rows = Object.values(all).map(({ short, help }, index): [string, string] => [
    short === undefined ? (names[index] ?? "") : `-${short}, ${names[index]}`,
    help,
  ])
  if (positionals) rows.unshift([...positionals])
  if (passedOn !== undefined) rows.push(["-- ...", passedOn])
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`)
  return `${summary}\n\nUsage: ${usage}\n\n${lines.join("\n")}\n${details === undefined ? "" : `\n${details.trim()}\n`}`
}

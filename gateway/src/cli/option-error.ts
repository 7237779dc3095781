// Explains why the arguments of a command cannot be parsed: what is wrong with which option, and how it is written.
import { closestName } from "../foundation/closest-name.ts"
import { GatewayError } from "../foundation/errors.ts"

const examples = new Map([
  ["port", "4000"],
  ["env", "dev"],
  ["data", ".data"],
  ["iam", "warn"],
  ["user", "carol"],
  ["otlp", "http://localhost:4318"],
  ["context", "KEY=VALUE"],
  ["stack", "Chat"],
  ["endpoint", "bedrock-runtime=http://localhost:8000"],
  ["region", "eu-west-1"],
  ["account", "123456789012"],
  ["env-file", ".env"],
  ["parameters", "parameters.json"],
])

function exampleOf(option: string): string {
  return `For example: --${option} ${examples.get(option) ?? "NAME=VALUE"}. --help explains all options.`
}

export function withoutValue(option: string, cause?: unknown): GatewayError {
  return new GatewayError("BAD_OPTION", `--${option} has no value.`, { hint: exampleOf(option), cause })
}

/**
 * @param error what `parseArgs` has thrown for `argv`
 * @param names all options, without hyphens
 */
export function optionError(error: Error, argv: readonly string[], names: readonly string[]): GatewayError {
  const { message } = error
  const [, missing] = /^Option '--([\w-]+) <value>' argument missing/.exec(message) ?? []
  if (missing !== undefined) return withoutValue(missing, error)
  const [, ambiguous] = /^Option '--([\w-]+)' argument is ambiguous/.exec(message) ?? []
  if (ambiguous !== undefined) return followedByOption(ambiguous, argv, { names, cause: error })
  const [, flag] = /^Option '--([\w-]+)' does not take an argument/.exec(message) ?? []
  if (flag !== undefined) {
    const hint = `Write --${flag} alone, or leave it out. --help explains all options.`
    return new GatewayError("BAD_OPTION", `--${flag} takes no value.`, { hint, cause: error })
  }
  const [, unknown] = /^Unknown option '([^']+)'/.exec(message) ?? []
  const sentence = unknown === undefined ? message.replace(/\.(\s.*)?$/s, "") : `${unknown} is not a known option`
  const closest = unknown === undefined ? undefined : closestName(unknown.replace(/^-+/, ""), names)
  const hint =
    closest === undefined
      ? `Known options: ${names.map((name) => `--${name}`).join(", ")}.`
      : `Did you mean --${closest}? --help explains all options.`
  return new GatewayError("BAD_OPTION", `${sentence}.`, { hint, cause: error })
}

/** The argument after the option starts with a hyphen: another option, or a value that must be joined by `=`. */
function followedByOption(
  option: string,
  argv: readonly string[],
  { names, cause }: { names: readonly string[]; cause: Error },
): GatewayError {
  const next = argv.find((argument, index) => argv[index - 1] === `--${option}` && argument.startsWith("-")) ?? ""
  if (names.includes(next.replace(/^--|=.*$/gs, ""))) return withoutValue(option, cause)
  const hint = `Join a value that starts with a hyphen: --${option}=${next}. --help explains all options.`
  return new GatewayError("BAD_OPTION", `${next} after --${option} is read as an option.`, { hint, cause })
}

// Parses the options that `npm run synth` and the CDK commands share: environment, settings, output folder.
import { parseArgs } from "node:util"

export type ContextFlags = {
  envName?: string
  context: Record<string, string>
  output: string
  help: boolean
  /** The remaining arguments, for the CDK CLI. */
  rest: string[]
}

/** @throws Error for an unknown option or a `-c` that is not `key=value`. */
export function readContextFlags(args: string[], { allowRest = false } = {}): ContextFlags {
  const { values, tokens } = parseArgs({
    args,
    options: {
      env: { type: "string" },
      context: { type: "string", short: "c", multiple: true, default: [] },
      output: { type: "string", default: "cdk.out" },
      help: { type: "boolean", short: "h", default: false },
    },
    strict: !allowRest,
    allowPositionals: allowRest,
    tokens: true,
  })
  const known = new Set(["env", "context", "output", "help"])
  const rest = tokens.flatMap((token) => {
    if (token.kind === "positional") return [token.value]
    if (token.kind === "option" && !known.has(token.name)) {
      return [token.rawName + (token.inlineValue ? `=${token.value}` : "")]
    }
    return []
  })
  const context = Object.fromEntries((values.context as string[]).map(toEntry))
  const envName = values.env ?? context.env
  return {
    context,
    output: values.output as string,
    help: values.help === true,
    rest,
    ...(typeof envName === "string" && { envName }),
  }
}

/** Prints the error and a hint, and sets the exit code to 1. */
export function failWith(error: unknown, hint: string): void {
  process.stderr.write(`${(error as Error).message}\n  Hint: ${hint}\n`)
  process.exitCode = 1
}

function toEntry(pair: string): [string, string] {
  const equals = pair.indexOf("=")
  if (equals < 1) throw new Error(`"-c ${pair}" is not a setting. Write -c key=value.`)
  return [pair.slice(0, equals), pair.slice(equals + 1)]
}

// `npm run gateway -- SOURCE`: serves every API of a template or an assembly.
import { existsSync, readFileSync } from "node:fs"
import { basename, resolve } from "node:path"
import { optionsHelp, parseOptions } from "./command/options.ts"
import { jsonReporter, type Reporter, terminalReporter } from "./command/reporter.ts"
import { serve, untilSignal } from "./command/serve.ts"
import { type Watcher, watchSource } from "./command/watch-source.ts"
import { GatewayError } from "./foundation/errors.ts"
import type { Gateway } from "./gateway.ts"

const help = `Serves the WebSocket and HTTP APIs of a template on this machine, as API Gateway does.

  npm run gateway -- SOURCE [options]

SOURCE is a cdk.out folder, or a CloudFormation or SAM template in JSON or YAML.

${optionsHelp}
`

// AWS: functions run in UTC. The time zone is the process's: threads cannot have one of their own.
process.env.TZ = "UTC"
process.exitCode = await main(process.argv.slice(2))

async function main(argv: string[]): Promise<number> {
  const reporter: Reporter = argv.includes("--json")
    ? jsonReporter(process.stdout)
    : terminalReporter(process.stdout, process.stderr)
  try {
    const options = parseOptions(argv, process.env)
    if (options.help) return print(help)
    if (options.version) return print(`${version()}\n`)
    const [source, ...others] = options.positionals
    if (source === undefined || others.length > 0) {
      throw new GatewayError(
        "BAD_OPTION",
        source === undefined ? "No SOURCE is given." : "More than one SOURCE is given.",
        {
          hint: "npm run gateway -- path/to/cdk.out",
        },
      )
    }
    const path = resolve(process.env.INIT_CWD ?? process.cwd(), source)
    if (!existsSync(path)) {
      throw new GatewayError("FILE_NOT_FOUND", `${path} does not exist.`, {
        hint: "Give a cdk.out folder (cdk synth makes one) or a template file.",
      })
    }
    const gateway = await serve(path, options, reporter)
    const watchers = options.watch ? [watchServed(path, gateway)] : []
    await untilSignal(...watchers, gateway)
    return 0
  } catch (error) {
    reporter.failure(error)
    return 1
  }
}

/** The source, and the code that a template points at. */
function watchServed(source: string, gateway: Gateway): Watcher {
  const paths = () => [source, ...gateway.functions().flatMap(({ codePath }) => codePath ?? [])]
  const watcher = watchSource({
    paths: paths(),
    async reload() {
      await gateway.reload()
      watcher.watch(paths())
      return basename(source)
    },
    tell: gateway.tell,
  })
  return watcher
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8")
  return (JSON.parse(text) as { version: string }).version
}

// `npm run gateway -- SOURCE`: serves every API of a template or an assembly.
import { existsSync, readFileSync } from "node:fs"
import { basename, resolve } from "node:path"
import { type Gateway, GatewayError } from "../index.ts"
import { commandLine } from "./command-line.ts"
import { type CommandOptions, optionsHelp } from "./options.ts"
import type { Reporter } from "./reporter.ts"
import { serve, untilStopped } from "./serve.ts"
import { type Watcher, watchSource } from "./watch-source.ts"

const help = `Serves the WebSocket and HTTP APIs of a template on this machine, as API Gateway does.

  npm run gateway -- SOURCE [options]

SOURCE is a cdk.out folder, or a CloudFormation or SAM template in JSON or YAML.

${optionsHelp}
`

process.exitCode = await commandLine(process.argv.slice(2), process.env, { help, version: version(), run })

async function run(options: CommandOptions, reporter: Reporter, outputClosed: AbortSignal): Promise<number> {
  const source = sourceOf(options.positionals)
  const gateway = await serve(source, options, reporter)
  const watchers = options.watch ? [watchServed(source, gateway)] : []
  await untilStopped(outputClosed, [...watchers, gateway])
  return 0
}

function sourceOf([source, ...others]: string[]): string {
  if (source === undefined || others.length > 0) {
    const message = source === undefined ? "No SOURCE is given." : "More than one SOURCE is given."
    throw new GatewayError("BAD_OPTION", message, { hint: "npm run gateway -- path/to/cdk.out" })
  }
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), source)
  if (existsSync(path)) return path
  const hint = "Give a cdk.out folder (cdk synth makes one) or a template file."
  throw new GatewayError("FILE_NOT_FOUND", `${path} does not exist.`, { hint })
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
    report: gateway.report,
  })
  return watcher
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8")
  return (JSON.parse(text) as { version: string }).version
}

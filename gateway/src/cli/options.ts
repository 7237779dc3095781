// Parses the options of `apigw-local`, which `npm start` shares.
import { parseArgs } from "node:util"
import { GatewayError } from "../foundation/errors.ts"
import type { AccessMode } from "../index.ts"
import { optionError, withoutValue } from "./option-error.ts"

export type CommandOptions = {
  /** First port; 0 is any free one. */
  port: number
  /** The environment of the CDK app, for a command that synthesizes one of several. */
  env: string | undefined
  json: boolean
  dataDir: string | undefined
  watch: boolean
  /** Reports only what matters: the address, results, problems. */
  quiet: boolean
  /** Opens the page in the browser. */
  open: boolean
  /** The program that opens it, of the variable BROWSER; by default that of the operating system. */
  browser: string | undefined
  iam: AccessMode
  /** Whether the console may change what is stored. */
  consoleWrite: boolean
  /** The collector of OpenTelemetry. */
  otlpUrl: string | undefined
  help: boolean
  version: boolean
  positionals: string[]
  /** Values of template parameters by name. */
  parameters: ReadonlyMap<string, string>
  /** Values of exports of other stacks by name. */
  imports: ReadonlyMap<string, string>
  /** Context values of the CDK app by key. */
  context: ReadonlyMap<string, string>
  /** Serves this stack only. */
  stack: string | undefined
  /** Where stacks are deployed that name no region or account. */
  region: string | undefined
  account: string | undefined
  /** File of environment variables. */
  envFile: string | undefined
  /** Whether custom resources are not created. */
  skipCustomResources: boolean
  /** Users of the local user pools beside alice and bob. */
  users: readonly string[]
  /** File of values of parameters and secrets. */
  parameterFile: string | undefined
  /** Services to use instead of stand-ins, by service as in `AWS_ENDPOINT_URL_<SERVICE>`. */
  endpoints: Record<string, string>
}

export const optionsHelp = `  --port N        first port (default 4000; 0 is any free one)
  --json          one JSON object per line on stdout, nothing else there
  --data DIR      keep documents and tables in DIR between runs (default: in memory)
  --watch         reload when the source changes
  --quiet         print addresses, results and problems only
  --open          open the page in the browser
  --iam MODE      enforce | warn | off (default enforce)
  --user NAME     one more user who can sign in beside alice and bob (repeatable)
  --otlp URL      send traces and metrics to a collector of OpenTelemetry, such as http://localhost:4318
  --console-write let the console purge and redrive queues (default: it only reads data)
  --help          this text
  --version       the version

AWS_ENDPOINT_URL_<SERVICE> leads functions to a service: a real one instead of a stand-in, or one that has none.`

/** An option of commands that synthesize an application with several environments. */
export const environmentHelp = `  --env NAME      environment of the CDK app (default dev)`

/** Further options of `apigw-local`, which serves any application. */
export const sourceOptionsHelp = `  --parameter NAME=VALUE   value of a template parameter
  --import NAME=VALUE      value of an export of a stack that is not here
  --context KEY=VALUE      context value of the CDK app
  --stack NAME             serve this stack only
  --region NAME            region of stacks that name none (default us-east-1)
  --account ID             account of stacks that name none (default 000000000000)
  --endpoint SERVICE=URL   as the variable AWS_ENDPOINT_URL_<SERVICE>: --endpoint bedrock-runtime=URL
  --env-file FILE          read environment variables from FILE
  --parameters FILE        values of Systems Manager parameters and secrets by name, as a JSON object
  --skip-custom-resources  do not create custom resources: their attributes are placeholders`

/** @throws GatewayError for an unknown option or an invalid value */
export function parseOptions(argv: string[], env: NodeJS.ProcessEnv): CommandOptions {
  const { values, positionals } = parse(argv)
  return {
    port: portOf(values.port ?? "4000"),
    env: values.env,
    json: values.json ?? false,
    dataDir: values.data,
    watch: values.watch ?? false,
    quiet: values.quiet ?? false,
    open: values.open ?? false,
    browser: env.BROWSER,
    iam: modeOf(values.iam ?? "enforce"),
    consoleWrite: values["console-write"] ?? false,
    otlpUrl: collectorOf(values.otlp),
    help: values.help ?? false,
    version: values.version ?? false,
    positionals,
    parameters: pairsOf("parameter", values.parameter),
    imports: pairsOf("import", values.import),
    context: pairsOf("context", values.context),
    stack: values.stack,
    region: matching("--region", values.region, /^[a-z]{2}(-[a-z]+)+-\d$/, "Give a name such as eu-west-1."),
    account: matching("--account", values.account, /^\d{12}$/, "Give the 12 digits of an account."),
    envFile: values["env-file"],
    skipCustomResources: values["skip-custom-resources"] ?? false,
    users: usersOf(values.user),
    parameterFile: values.parameters,
    endpoints: { ...endpointsIn(env), ...endpointsOf(values.endpoint) },
  }
}

const knownOptions = {
  port: { type: "string" },
  env: { type: "string" },
  json: { type: "boolean" },
  data: { type: "string" },
  watch: { type: "boolean" },
  quiet: { type: "boolean" },
  open: { type: "boolean" },
  iam: { type: "string" },
  user: { type: "string", multiple: true },
  "console-write": { type: "boolean" },
  otlp: { type: "string" },
  parameter: { type: "string", multiple: true },
  import: { type: "string", multiple: true },
  context: { type: "string", multiple: true },
  stack: { type: "string" },
  endpoint: { type: "string", multiple: true },
  region: { type: "string" },
  account: { type: "string" },
  "env-file": { type: "string" },
  parameters: { type: "string" },
  "skip-custom-resources": { type: "boolean" },
  help: { type: "boolean" },
  version: { type: "boolean" },
} as const

function parse(argv: string[]) {
  const parsed = parseKnown(argv)
  for (const [option, value] of Object.entries(parsed.values)) if (value === "") throw withoutValue(option)
  return parsed
}

function parseKnown(argv: string[]) {
  try {
    return parseArgs({ args: argv, allowPositionals: true, options: knownOptions })
  } catch (error) {
    throw optionError(error as Error, argv, Object.keys(knownOptions))
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== "") return port
  throw new GatewayError("BAD_OPTION", `--port is "${text}".`, {
    hint: "Give a number from 0 to 65535; 0 is any free port.",
  })
}

function modeOf(text: string): CommandOptions["iam"] {
  if (text === "enforce" || text === "warn" || text === "off") return text
  throw new GatewayError("BAD_OPTION", `--iam is "${text}".`, { hint: "Give one of enforce, warn, off." })
}

/** AWS: a user name has no spaces (cognito-user-name) */
function usersOf(names: readonly string[] = []): readonly string[] {
  for (const name of names) matching("--user", name, /^[\w.@+-]{1,128}$/, "Give a name of letters, digits and .@+-_.")
  return names
}

function collectorOf(url: string | undefined): string | undefined {
  if (url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return url
  throw new GatewayError("BAD_OPTION", `--otlp is "${url}".`, { hint: "Give a URL such as http://localhost:4318." })
}

function matching(option: string, text: string | undefined, form: RegExp, hint: string): string | undefined {
  if (text === undefined || form.test(text)) return text
  throw new GatewayError("BAD_OPTION", `${option} is "${text}".`, { hint })
}

function pairsOf(option: string, texts: readonly string[] = []): Map<string, string> {
  const pairs = new Map<string, string>()
  for (const text of texts) {
    const at = text.indexOf("=")
    if (at < 1) {
      const hint = `Give a name and a value: --${option} NAME=VALUE.`
      throw new GatewayError("BAD_OPTION", `--${option} is "${text}".`, { hint })
    }
    pairs.set(text.slice(0, at), text.slice(at + 1))
  }
  return pairs
}

/** The AWS SDK's own variables. */
function endpointsIn(env: NodeJS.ProcessEnv): Record<string, string> {
  const prefix = "AWS_ENDPOINT_URL_"
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, url]) =>
      name.startsWith(prefix) && url ? [[serviceName(name.slice(prefix.length)), url]] : [],
    ),
  )
}

function endpointsOf(texts: readonly string[] | undefined): Record<string, string> {
  const endpoints = [...pairsOf("endpoint", texts)].map(([service, url]) => {
    if (URL.canParse(url)) return [serviceName(service), url] as const
    const hint = `Give a URL: --endpoint ${service}=http://localhost:8000.`
    throw new GatewayError("BAD_OPTION", `--endpoint ${service} is "${url}".`, { hint })
  })
  return Object.fromEntries(endpoints)
}

function serviceName(text: string): string {
  return text.toLowerCase().replaceAll("_", "-")
}

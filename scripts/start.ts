// `npm start`: builds the page, synthesizes the system, serves it; with files, sends them through and ends.
import { statSync } from "node:fs"
import { join, resolve } from "node:path"
import { GatewayError } from "@document-insight/gateway"
import {
  type CommandOptions,
  commandLine,
  optionsHelp,
  type Reporter,
  serve,
  terminalReporter,
  untilSignal,
} from "@document-insight/gateway/cli"
import { synthesize } from "@document-insight/infrastructure"
import packageJson from "../package.json" with { type: "json" }
import { buildPage } from "./build-page.ts"
import { sendDocument } from "./send-document.ts"
import { jsonDisplay, terminalDisplay } from "./show-document.ts"
import { watchSystem } from "./watch-system.ts"

const root = join(import.meta.dirname, "..")

const help = `Document Insight, live: hand in a document and watch it being read.

  npm start [-- options]              serves everything until Ctrl-C
  npm start -- FILE... [options]      the same, sends each FILE through, prints its insights, and ends

${optionsHelp}
`

const { version } = packageJson
process.exitCode = await commandLine(process.argv.slice(2), process.env, { help, version, run })

async function run(options: CommandOptions, reporter: Reporter): Promise<number> {
  const files = options.positionals.map(readableFile)
  const source = join(root, "cdk.out", options.env ?? "default")
  await prepare(source, options)
  return files.length > 0 ? await send(source, files, options, reporter) : await keepServing(source, options, reporter)
}

async function prepare(source: string, { env }: CommandOptions): Promise<void> {
  try {
    await buildPage()
    await synthesize({ outdir: source, ...(env !== undefined && { envName: env }) })
  } catch (error) {
    const hint =
      env === undefined ? "`npm run synth` shows the whole message." : `Is "${env}" an environment of cdk.json?`
    throw new GatewayError("BUILD_FAILED", (error as Error).message, { hint, cause: error })
  }
}

async function keepServing(source: string, options: CommandOptions, reporter: Reporter): Promise<number> {
  const gateway = await serve(source, options, reporter)
  const watchers = options.watch ? [watchSystem(gateway, () => prepare(source, options))] : []
  await untilSignal(...watchers, gateway)
  return 0
}

async function send(source: string, files: string[], options: CommandOptions, reporter: Reporter): Promise<number> {
  // With files the terminal belongs to their progress; problems and denials are told all the same.
  const quiet = options.json ? reporter : terminalReporter(process.stdout, process.stderr, { quiet: true })
  const gateway = await serve(source, options, quiet)
  const display = options.json ? jsonDisplay(process.stdout) : terminalDisplay(process.stdout)
  const stop = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort())
  let allCompleted = true
  try {
    for (const file of files) {
      allCompleted = (await sendDocument(file, gateway.outputs(), display, stop.signal)) && allCompleted
      if (stop.signal.aborted) break
    }
  } finally {
    await gateway.close()
  }
  return allCompleted ? 0 : 1
}

/** Looked at before anything is started, so that a wrong name is told at once. */
function readableFile(name: string): string {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), name)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile()) return path
  throw new GatewayError("FILE_NOT_FOUND", stats ? `${path} is a folder.` : `${path} does not exist.`, {
    hint: "Give the path of a document: PDF, DOCX, TXT, Markdown or HTML; samples/ has some.",
  })
}

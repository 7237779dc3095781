// Implements `npm start`, which start.ts runs: builds the page, synthesizes the system and serves it. With files, processes
// them and ends.
import { createHash } from "node:crypto"
import { accessSync, constants, statSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import type { Gateway } from "@document-insight/gateway"
import {
  CloseExitCode,
  type Command,
  type CommandOptions,
  environmentHelp,
  GatewayError,
  openGateway,
  optionsHelp,
  type Reporter,
  reportReady,
  serve,
  stopRequest,
  terminalReporter,
} from "@document-insight/gateway/cli"
import packageJson from "../package.json" with { type: "json" }
import { passwordSource } from "./ask-password.ts"
import {
  type DocumentResult,
  jsonDocumentReporter,
  quietDocumentReporter,
  terminalDocumentReporter,
} from "./document-reporter.ts"
import { prepareSystem } from "./prepare-system.ts"
import { sendDocument } from "./send-document.ts"
import { watchSystem } from "./watch-system.ts"

const root = join(import.meta.dirname, "..")

const help = `Document Insight, live: upload a document and watch its progress.

  npm start [-- options]              serves everything until Ctrl-C
  npm start -- FILE... [options]      the same, processes each FILE, prints its insights, and ends

${environmentHelp}
${optionsHelp}

  --context KEY=VALUE   a setting of infrastructure/src/config.ts, such as sign_in=cognito

The password of a protected PDF is asked for, or taken from the variable DOCUMENT_PASSWORD.
`

export const startCommand: Command = { help, version: packageJson.version, run }

async function run(options: CommandOptions, reporter: Reporter, outputClosed: AbortSignal): Promise<number> {
  const files = options.positionals.map(readableFile)
  const source = join(root, "cdk.out", assemblyName(options))
  await prepare(source, options)
  return files.length > 0
    ? await sendDocuments({ source, files, options, reporter, outputClosed })
    : await serveUntilStopped({ source, options, reporter, outputClosed })
}

/** A folder for each environment and its overrides, so that runs at the same time do not replace each other's. */
function assemblyName({ env = "default", context }: CommandOptions): string {
  if (context.size === 0) return env
  const overrides = JSON.stringify([...context].sort())
  return `${env}-${createHash("sha256").update(overrides).digest("hex").slice(0, 8)}`
}

async function prepare(source: string, { env, context }: CommandOptions): Promise<void> {
  try {
    await prepareSystem({ outdir: source, envName: env, context: Object.fromEntries(context) })
  } catch (error) {
    const hint =
      env === undefined ? "`npm run synth` shows the whole message." : `Is "${env}" an environment of cdk.json?`
    throw new GatewayError("BUILD_FAILED", (error as Error).message, { hint, cause: error })
  }
}

type Run = { source: string; options: CommandOptions; reporter: Reporter; outputClosed: AbortSignal }

async function serveUntilStopped({ source, options, reporter, outputClosed }: Run): Promise<number> {
  const watch = (gateway: Gateway) => watchSystem(gateway, () => prepare(source, options))
  return await serve({ source, options, reporter, outputClosed, watch })
}

async function sendDocuments({ source, files, options, reporter, outputClosed }: Run & { files: string[] }) {
  // On a terminal only the progress of the files is shown, and problems and denials.
  const quiet = options.json ? reporter : terminalReporter(process.stdout, process.stderr, { verbosity: "problems" })
  const exitCode = new CloseExitCode()
  const gateway = await openGateway(source, options, {
    onEvent(event) {
      exitCode.note(event)
      quiet.event(event)
    },
  })
  const documentReporter = documentReporterFor(options)
  const stopping = new AbortController()
  const stop = stopping.signal
  // Before the gateway is reported as ready: the caller may stop it at once.
  void stopRequest(outputClosed).then(() => {
    stopping.abort()
    if (!options.quiet) quiet.stopping?.()
  })
  // Lines for programs are not interrupted by a prompt.
  const terminal = options.json ? undefined : { input: process.stdin, output: process.stderr }
  const askPassword = passwordSource(process.env.DOCUMENT_PASSWORD, terminal, stop)
  const results: DocumentResult[] = []
  try {
    await reportReady(gateway, quiet)
    for (const path of files) {
      if (stop.aborted) {
        const message = "Interrupted before it was uploaded."
        const result: DocumentResult = { fileName: basename(path), documentId: null, outcome: "error", message }
        documentReporter.result(result)
        results.push(result)
        continue
      }
      const accessToken = await tokenSource(gateway)
      const result = await sendDocument({
        path,
        outputs: gateway.outputs(),
        accessToken,
        askPassword,
        reporter: documentReporter,
        signal: stop,
      })
      results.push(result)
    }
  } finally {
    await gateway.close()
  }
  return results.every(({ outcome }) => outcome === "processing_complete") ? exitCode.value : 1
}

function documentReporterFor({ json, quiet }: CommandOptions) {
  if (json) return jsonDocumentReporter(process.stdout)
  return quiet ? quietDocumentReporter(process.stdout) : terminalDocumentReporter(process.stdout)
}

/** The tokens of the first local user; undefined without sign-in. */
async function tokenSource(gateway: Gateway): Promise<(() => Promise<string>) | undefined> {
  if (!(await gateway.signIn())) return undefined
  return async () => (await gateway.signIn())?.accessToken ?? ""
}

/** Checked before anything is started, so that a wrong name is reported at once. */
function readableFile(name: string): string {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), name)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile()) {
    checkReadable(path)
    return path
  }
  throw new GatewayError("FILE_NOT_FOUND", stats ? `${path} is a folder.` : `${path} does not exist.`, {
    hint: "Give the path of a document, such as a PDF, an Office file, an e-book, an e-mail or a text; samples/ has some.",
  })
}

function checkReadable(path: string): void {
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new GatewayError("FILE_NOT_FOUND", `${path} cannot be read (${code}).`, {
      hint: "Check the permissions of the file.",
      cause: error,
    })
  }
}

#!/usr/bin/env -S node --
// The command `apigw-local`, here `npm run gateway`: serves every API of an application.
// `node --` in the first line, because Node.js reads `--env-file` itself, wherever it is on the command line, until `--`.
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join, resolve } from "node:path"
import "../foundation/polyfills.ts"
import { GatewayError } from "../foundation/errors.ts"
import type { Gateway } from "../index.ts"
import { commandLine } from "./command-line.ts"
import { findSource } from "./find-source.ts"
import { type CommandOptions, optionsHelp, sourceOptionsHelp } from "./options.ts"
import type { Reporter } from "./reporter.ts"
import { serve } from "./serve.ts"
import { synthesizeCdkApp } from "./synthesize-cdk-app.ts"
import { type Watcher, watchSource } from "./watch-source.ts"

const help = `Serves the WebSocket and HTTP APIs of an application on this machine, as API Gateway does.

  apigw-local [SOURCE] [options]

SOURCE is the folder of a CDK app, a cdk.out folder, or a CloudFormation or SAM template in JSON or YAML.
Default: the CDK app, cdk.out or template.yaml in the current folder.

${optionsHelp}

${sourceOptionsHelp}
`

process.exitCode = await commandLine(process.argv.slice(2), process.env, { help, version: version(), run })

async function run(options: CommandOptions, reporter: Reporter, outputClosed: AbortSignal): Promise<number> {
  if (options.envFile !== undefined) loadEnvFile(resolve(options.envFile))
  const found = findSource(process.cwd(), options.positionals)
  await using opened = new AsyncDisposableStack()
  const source =
    found.kind === "cdk-app"
      ? await openCdkApp(found.folder, options, opened)
      : templateSource(found.path, resolve(options.positionals[0] ?? found.path))
  const watch = (gateway: Gateway) => watchServed(source, gateway)
  return await serve({ source: source.path, options, reporter, outputClosed, watch })
}

/** A source that can be served, and served again after a change. */
type ServedSource = {
  /** What the gateway reads at the start. */
  path: string
  /** The file or folder whose change leads to a reload. */
  watched: string
  /** Calls `serve` with what the gateway reads after a change. */
  refresh(serve: (path: string) => Promise<void>): Promise<void>
}

/** @param watched the source as it was given: a folder that is created again under its name stays watched */
function templateSource(path: string, watched: string): ServedSource {
  return { path, watched, refresh: (serve) => serve(path) }
}

/** Synthesizes a CDK app into a temporary folder, a new one for every change. */
async function openCdkApp(
  folder: string,
  { context, region, account }: CommandOptions,
  opened: AsyncDisposableStack,
): Promise<ServedSource> {
  const outdirs = new Set<string>()
  const remove = (outdir: string) => {
    rmSync(outdir, { recursive: true, force: true })
    outdirs.delete(outdir)
  }
  opened.defer(() => {
    for (const outdir of outdirs) remove(outdir)
  })
  const env = {
    ...process.env,
    ...(region !== undefined && { CDK_DEFAULT_REGION: region }),
    ...(account !== undefined && { CDK_DEFAULT_ACCOUNT: account }),
  }
  const synthesize = async (outdir: string) => {
    outdirs.add(outdir)
    await synthesizeCdkApp({ folder, outdir, context, env, print: (output) => process.stderr.write(output) })
  }
  let served = newFolder()
  await synthesize(served)
  return {
    path: served,
    watched: folder,
    async refresh(serve) {
      const outdir = newFolder()
      try {
        await synthesize(outdir)
        await serve(outdir)
      } catch (error) {
        remove(outdir)
        throw error
      }
      // The folder that was served until now stays until the next change: invocations in progress can load files from it.
      for (const older of outdirs) if (older !== served && older !== outdir) remove(older)
      served = outdir
    },
  }
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "apigw-local-"))
}

/** Watches the source, and the code of the functions. */
function watchServed(source: ServedSource, gateway: Gateway): Watcher {
  const paths = () => [source.watched, ...gateway.functions().flatMap(({ codePath }) => codePath ?? [])]
  const watcher = watchSource({
    paths: paths(),
    async reload() {
      await source.refresh(async (path) => {
        await gateway.reload(path)
        watcher.watch(paths())
      })
      return basename(source.watched)
    },
    report: gateway.report,
  })
  return watcher
}

/** @throws GatewayError FILE_NOT_FOUND */
function loadEnvFile(path: string): void {
  try {
    process.loadEnvFile(path)
  } catch (error) {
    const message = `${path} cannot be read: ${(error as Error).message}.`
    throw new GatewayError("FILE_NOT_FOUND", message, {
      hint: "Give a file of lines NAME=VALUE to --env-file.",
      cause: error,
    })
  }
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8")
  return (JSON.parse(text) as { version: string }).version
}

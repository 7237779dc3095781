// Synthesizes the CDK app to a cloud assembly in a child process: no account, no network, no Docker.
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { repositoryRoot } from "./repository-root.ts"

export type SynthesizeOptions = {
  /** A block of `environments` in cdk.json; by default the one that cdk.json names. */
  envName?: string
  /** The folder of the assembly. */
  outdir: string
  /** Settings that override cdk.json, as with `-c key=value`. */
  context?: Readonly<Record<string, string>>
  /** Runs CloudFormation validation, which takes about two seconds: needed for a deployment, not for local use. */
  validate?: boolean
}

/** Context that the CDK CLI adds: the construct path of each resource in the templates. */
const asCommandLine = { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true }

/**
 * Synthesizes one environment. The page must be built before (`scripts/build-page.ts`).
 *
 * In a child process, so that the caller does not keep CDK's 150 MB, and the next call after a change under
 * `infrastructure/` runs the changed code.
 *
 * @returns the warnings of CDK, or an empty string.
 * @throws Error with the app's message: an invalid setting, a handler that does not bundle, a violated rule.
 */
export async function synthesize({ envName, outdir, context, validate = false }: SynthesizeOptions): Promise<string> {
  const settings = { ...readContext(), ...asCommandLine, ...context, ...(envName !== undefined && { env: envName }) }
  const app = spawn(process.execPath, [join(import.meta.dirname, "app.ts")], {
    cwd: repositoryRoot,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      // biome-ignore lint/style/noProcessEnv: a child process inherits the environment
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(settings),
      ...(!validate && { CDK_VALIDATION: "false" }),
    },
  })
  const [said, exitCode] = await Promise.all([
    text(app.stderr),
    new Promise<number | null>((resolve, reject) => app.once("error", reject).once("close", resolve)),
  ])
  const report = said.replaceAll(/^Bundling asset .*\n/gm, "").trim()
  if (exitCode !== 0) throw new Error(report || `The CDK app ended with exit code ${exitCode} and without a message.`)
  return report
}

/** The context of cdk.json. */
export function readContext(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(repositoryRoot, "cdk.json"), "utf8")).context
}

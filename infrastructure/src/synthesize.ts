// Writes a cloud assembly from the CDK app, for whoever serves it or looks at it: no account, no network, no Docker.
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { repositoryRoot } from "./repository-root.ts"

export type SynthesizeOptions = {
  /** A block of `environments` in cdk.json; by default the one that cdk.json names. */
  envName?: string
  /** Where the assembly goes. */
  outdir: string
  /** Settings that win over cdk.json's, as `-c key=value` gives them. */
  context?: Readonly<Record<string, string>>
  /** Check the templates against CloudFormation's rules: right for a deployment, two seconds too many for a laptop. */
  validate?: boolean
}

/** What CDK's command line adds to every template, and a reader of one needs: which construct a resource comes from. */
const asCommandLine = { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true }

/**
 * Synthesizes one environment. The page must be built before (`scripts/build-page.ts`).
 *
 * In a process of its own: the caller is not left with CDK's 150 MB, and after a change under `infrastructure/` the
 * next call runs the changed code.
 *
 * @returns what CDK had to say on the way: warnings, or nothing.
 * @throws Error with the app's own words: a setting that does not fit, a handler that does not bundle, a rule broken.
 */
export async function synthesize({ envName, outdir, context, validate = false }: SynthesizeOptions): Promise<string> {
  const settings = { ...readContext(), ...asCommandLine, ...context, ...(envName !== undefined && { env: envName }) }
  const app = spawn(process.execPath, [join(import.meta.dirname, "app.ts")], {
    cwd: repositoryRoot,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      // biome-ignore lint/style/noProcessEnv: a process is started with the environment of the one that starts it
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
  if (exitCode !== 0) throw new Error(report || `The CDK app ended with exit code ${exitCode} and said nothing.`)
  return report
}

/** The context of cdk.json. */
export function readContext(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(repositoryRoot, "cdk.json"), "utf8")).context
}

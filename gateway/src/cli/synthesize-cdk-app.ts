// Synthesizes a CDK app by the `app` command of its cdk.json, as `cdk synth` does.
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { GatewayError } from "../foundation/errors.ts"
import { explainSynthesisFailure } from "./explain-synthesis-failure.ts"

export type SynthesizeOptions = {
  /** The folder of cdk.json. */
  folder: string
  /** Where the cloud assembly is written. */
  outdir: string
  /** Context values that take precedence over those of cdk.json. */
  context: ReadonlyMap<string, string>
  /** The environment of the app. */
  env: NodeJS.ProcessEnv
  /** Receives what the app prints when it fails. */
  print(output: string): void
}

/** @throws GatewayError BUILD_FAILED with the fix of a known failure, else after the app's own output was printed */
export async function synthesizeCdkApp({ folder, outdir, context, env, print }: SynthesizeOptions): Promise<void> {
  const { app, context: ownContext } = readJson(join(folder, "cdk.json"))
  if (typeof app !== "string" || app === "") {
    const hint = 'Add "app" to it, the command that runs the CDK app.'
    throw new GatewayError("BUILD_FAILED", `${join(folder, "cdk.json")} has no "app".`, { hint })
  }
  const lookedUp = readJson(join(folder, "cdk.context.json"))
  // As `cdk synth` does: the templates name the files of their assets, and nested stacks are found by that.
  const ofCommand = { "aws:cdk:enable-asset-metadata": true, "aws:cdk:enable-path-metadata": true }
  const merged = { ...ofCommand, ...(ownContext as object | undefined), ...lookedUp, ...Object.fromEntries(context) }
  const environment = {
    CDK_DEFAULT_ACCOUNT: "123456789012",
    CDK_DEFAULT_REGION: "us-east-1",
    ...env,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify(merged),
  }
  const { code, output } = await runCommand(app, folder, environment)
  if (code === 0 && existsSync(join(outdir, "manifest.json"))) return
  const known = code === 0 ? undefined : explainSynthesisFailure(output, folder)
  if (known) throw new GatewayError("BUILD_FAILED", known.message, { hint: known.hint })
  print(output)
  if (code === 0) {
    const hint = `It was run in ${folder}. It must create an App and define stacks in it; an app in Python, Java, Go or .NET must also end with app.synth().`
    throw new GatewayError("BUILD_FAILED", `"${app}" wrote no cloud assembly.`, { hint })
  }
  const hint = `Its output is above; it was run in ${folder}.`
  throw new GatewayError("BUILD_FAILED", `"${app}" failed with exit code ${code}.`, { hint })
}

function runCommand(
  command: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    // As the CDK does.
    const child = spawn(command, { cwd: folder, env, shell: true, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, output }))
  })
}

function readJson(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {}
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch (error) {
    const { message } = error as Error
    throw new GatewayError("BUILD_FAILED", `${path} is not JSON: ${message}.`, {
      hint: "Correct the file.",
      cause: error,
    })
  }
}

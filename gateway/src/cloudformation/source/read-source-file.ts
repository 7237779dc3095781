// Reads the files of a source: templates and manifests.
import { readFile } from "node:fs/promises"
import { GatewayError } from "../../foundation/errors.ts"

/** @throws GatewayError TEMPLATE_UNREADABLE for a file that is missing or cannot be read */
export async function readSourceFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8")
  } catch (cause) {
    const hint = "Run `cdk synth` again for a CDK app, or restore the file."
    const message = `${path} cannot be read: ${(cause as Error).message}.`
    throw new GatewayError("TEMPLATE_UNREADABLE", message, { hint, cause })
  }
}

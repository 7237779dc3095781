// Runs `npm run verify:aws` in a process of its own.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { commandEnvironment, noConfiguredAccount } from "./scripted-aws.ts"

export async function verify(args: string[], environment: Record<string, string> = noConfiguredAccount) {
  const file = join(import.meta.dirname, "..", "..", "scripts", "verify-aws.ts")
  const env = { ...commandEnvironment, ...environment }
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ["ignore", "pipe", "pipe"] })
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve))
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { status, stdout, stderr }
}

// Runs a program in the terminal of this process, and ends together with it.
import { spawn } from "node:child_process"

/** @returns its exit code; 1 when a signal has ended it */
export async function runChild(file: string, args: readonly string[], cwd: string): Promise<number> {
  const child = spawn(file, args, { cwd, stdio: "inherit" })
  // A terminal sends Ctrl-C to the child too, which decides when to end; a signal to this process alone is passed on.
  const wait = () => {}
  const passOn = () => void child.kill("SIGTERM")
  process.on("SIGINT", wait).on("SIGTERM", passOn)
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject)
      child.once("close", (code) => resolve(code ?? 1))
    })
  } finally {
    process.off("SIGINT", wait).off("SIGTERM", passOn)
  }
}

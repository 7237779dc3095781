// Folders in which the child processes of one kind keep compiled code for each other.
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import nodeModule from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"

const folders = new Map<string, string>()

process.on("exit", () => {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true })
})

/**
 * One for all gateways of this process: a test suite starts hundreds of them, and the first start of a child process
 * without compiled code takes twice as long. Stand-ins, which run no code of users, keep it beyond this process when this
 * process has such a folder itself.
 */
export function compileCacheFolder(kind: "lambda" | "stand-ins"): string {
  const existing = folders.get(kind)
  if (existing !== undefined) return existing
  // Node.js 20 has no such cache.
  const own = kind === "stand-ins" ? nodeModule.getCompileCacheDir?.() : undefined
  if (own !== undefined) return join(own, kind)
  const prefix = `${kind}-compiled-`
  removeAbandoned(prefix)
  const created = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  folders.set(kind, created)
  return created
}

/** The workers of a test runner are killed at its end, so they do not remove their folders. */
function removeAbandoned(prefix: string): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix) || isRunning(Number.parseInt(name.slice(prefix.length), 10))) continue
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
    } catch {
      // It belongs to another user.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH"
  }
}

// Runs one of the project's commands in a process, and reads its output.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { afterAll, beforeAll, onTestFinished } from "vitest"

const root = join(import.meta.dirname, "..", "..")

export type RunningCommand = {
  /** The next line on stdout, parsed as JSON, for which `matches` is true. Fails when the command ends first or cannot start. */
  jsonLine(matches: (line: JsonLine) => boolean): Promise<JsonLine>
  /** All of stdout so far. */
  stdout(): string
  stderr(): string
  kill(signal: NodeJS.Signals): void
  /** Closes the pipe that the command writes its output to, as `| head -1` does. */
  closeStdout(): void
  exitCode: Promise<number | null>
}

// biome-ignore lint/suspicious/noExplicitAny: the tests access the lines of a command without types
export type JsonLine = Record<string, any>

/**
 * For one test, which ends it.
 * @param script the file behind an npm command, from the repository's root
 * @param folder the repository; by default this one
 */
export function runCommand(
  script: string,
  args: string[],
  env: Record<string, string> = {},
  folder: string = root,
): RunningCommand {
  const command = startCommand(script, args, env, folder)
  onTestFinished(() => command.end())
  return command
}

export type SharedCommand = {
  ready: JsonLine
  /** The last test of the file may end it. */
  command: RunningCommand
}

/** Call it at the top of a test file: for all of its tests. The command has started when the first test begins. */
export function useCommand(script: string, args: string[]): SharedCommand {
  const world = {} as SharedCommand
  let command: ReturnType<typeof startCommand> | undefined
  beforeAll(async () => {
    command = startCommand(script, args)
    world.command = command
    world.ready = await command.jsonLine(({ event }) => event === "ready")
  })
  afterAll(() => command?.end())
  return world
}

/** For the caller, who ends it. */
export function startCommand(script: string, args: string[], env: Record<string, string> = {}, folder: string = root) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(folder, script), ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", INIT_CWD: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let stdout = ""
  let stderr = ""
  child.stderr.on("data", (chunk) => (stderr += chunk))
  const lines: JsonLine[] = []
  const waiting: { matches: (line: JsonLine) => boolean; resolve: (line: JsonLine) => void }[] = []
  createInterface(child.stdout).on("line", (line) => {
    stdout += `${line}\n`
    if (!line.startsWith("{")) return
    const json = JSON.parse(line)
    const index = waiting.findIndex(({ matches }) => matches(json))
    if (index === -1) lines.push(json)
    else waiting.splice(index, 1)[0]?.resolve(json)
  })
  const exitCode = new Promise<number | null>((resolve, reject) => {
    child.on("close", resolve)
    child.on("error", reject)
  })
  // Reported to those that wait for a line or for the end.
  exitCode.catch(() => {})
  return {
    async end() {
      child.kill("SIGTERM")
      await exitCode.catch(() => {})
    },
    jsonLine(matches: (line: JsonLine) => boolean): Promise<JsonLine> {
      const index = lines.findIndex(matches)
      if (index !== -1) return Promise.resolve(lines.splice(index, 1)[0] as JsonLine)
      return new Promise((resolve, reject) => {
        waiting.push({ matches, resolve })
        exitCode.then((code) => reject(new Error(`ended with ${code}\n${stdout}\n${stderr}`)), reject)
      })
    },
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    closeStdout: () => child.stdout.destroy(),
    exitCode,
  }
}

// The published packages, packed and installed from their tarballs into an empty folder, for all tests of a file.
import { execFileSync, spawn } from "node:child_process"
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { createInterface } from "node:readline"
import { openSocket } from "@document-insight/gateway/testing"
import { afterAll, beforeAll, onTestFinished } from "vitest"
import { npmInstall, userEnvironment } from "../../scripts/npm.ts"
import { packPackages } from "../../scripts/pack.ts"

const root = join(import.meta.dirname, "..", "..")
const examples = join(root, "gateway", "examples")

export type InstalledPackages = {
  folder: string
  tarball: string
  clientTarball: string
  /** An application next to the installed package, made of an example. */
  copyExample(...names: string[]): string
  /** Packages that a user would install, taken from this repository to save the time. */
  provide(...packages: string[]): void
}

type Manifest = { dependencies: Record<string, string>; bin?: Record<string, string> }

export type InstallOptions = {
  /** `npm install`, or the contents of the tarballs with links to the dependencies of this repository, which is faster. */
  by: "npm" | "links"
}

/** Call it at the top of a test file. The packages are installed when the first test begins. */
export function useInstalledPackages({ by }: InstallOptions): InstalledPackages {
  const installed: InstalledPackages = { folder: "", tarball: "", clientTarball: "", copyExample, provide }

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "installed-"))
    installed.folder = folder
    const [tarball = "", clientTarball = ""] = await packPackages(["gateway", "client"], folder)
    writeFileSync(join(folder, "package.json"), "{}")
    Object.assign(installed, { tarball, clientTarball })
    if (by === "npm") npmInstall(folder, [tarball, clientTarball])
    else linkPackages()
  })

  afterAll(() => rmSync(installed.folder, { recursive: true }))

  function linkPackages(): void {
    const { folder, tarball, clientTarball } = installed
    for (const [name, packed] of Object.entries({ gateway: tarball, client: clientTarball })) {
      const unpacked = join(folder, "node_modules", "@document-insight", name)
      mkdirSync(unpacked, { recursive: true })
      execFileSync("tar", ["xzf", packed, "--strip-components=1", "-C", unpacked])
      const manifest: Manifest = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"))
      provide(...Object.keys(manifest.dependencies))
      for (const [command, file] of Object.entries(manifest.bin ?? {})) {
        const link = join(folder, "node_modules", ".bin", command)
        mkdirSync(join(link, ".."), { recursive: true })
        symlinkSync(join(unpacked, file), link)
        chmodSync(join(unpacked, file), 0o755)
      }
    }
  }

  function copyExample(...names: string[]): string {
    for (const name of names) cpSync(join(examples, name), join(installed.folder, name), { recursive: true })
    return join(installed.folder, names[0] ?? "")
  }

  function provide(...packages: string[]): void {
    for (const name of packages) {
      const link = join(installed.folder, "node_modules", name)
      mkdirSync(join(link, ".."), { recursive: true })
      rmSync(link, { recursive: true, force: true })
      symlinkSync(join(root, "node_modules", name), link)
    }
  }

  return installed
}

/** Without the Node.js of this repository, which its commands put first. */
export function pathOfMachine(): string | undefined {
  const ours = join(root, "node_modules", ".bin")
  const entries = process.env.PATH?.split(delimiter)
  return entries?.filter((entry) => entry !== ours).join(delimiter)
}

export type CommandStart = {
  path?: string | undefined
  /** By default npx, which takes as long as the command. */
  launcher?: readonly [string, ...string[]]
}

/** Runs `apigw-local` and reads its JSON lines. */
export function startCommand(
  cwd: string,
  args: string[] = [],
  { path = process.env.PATH, launcher = ["npx", "apigw-local"] }: CommandStart = {},
) {
  const env = { ...userEnvironment(), PATH: path, INIT_CWD: cwd }
  const [file, ...rest] = launcher
  // A group of its own, because npx does not pass a signal on to the command.
  const child = spawn(file, [...rest, ...args, "--json", "--port", "0"], { cwd, env, detached: true })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve))
  const reloaded = Promise.withResolvers<void>()
  const ready = new Promise<Record<string, string>>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      const { event, outputs } = line.startsWith("{") ? JSON.parse(line) : {}
      if (event === "ready") resolve(outputs)
      if (event === "reloaded") reloaded.resolve()
    })
    exited.then((code) => reject(new Error(`ended with ${code}: ${output}`)))
  })
  onTestFinished(async () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGTERM")
    await exited
  })
  return { ready, reloaded: reloaded.promise, exited, output: () => output }
}

export async function ask(url: string | undefined, message: string | object): Promise<string> {
  await using socket = await openSocket(url ?? "")
  socket.send(message)
  return await socket.next()
}

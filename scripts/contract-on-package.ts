// `npm run contract:package`: runs the contract cases against the packed gateway, on another Node.js if wanted.
import { execFileSync, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { npmInstall } from "./npm.ts"
import { packPackage } from "./pack.ts"
import { runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")

const command = {
  usage: "npm run contract:package -- [options] [-- options of vitest]",
  summary: "Packs the gateway, installs the tarball into an empty folder and runs the contract cases against it.",
  options: {
    node: {
      type: "string",
      value: "VERSION",
      help: "a version of Node.js, installed from npm (default: the pinned one)",
    },
  },
  passedOn: "options of `vitest run`, passed on unchanged",
  details: `
Vitest itself needs Node.js 22.12 or later. On older versions tests/e2e/package.test.ts runs the command and the examples.`,
} as const

await runCommand(command, async ({ values, passedOn }) => {
  const folder = mkdtempSync(join(tmpdir(), "contract-package-"))
  try {
    const tarball = await packPackage("gateway", folder)
    const installed = installTarball(folder, tarball)
    const node = values.node === undefined ? process.execPath : installNode(folder, values.node)
    console.log(execFileSync(node, ["--version"], { encoding: "utf8" }).trim())
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
    const child = spawn(node, [vitest, "run", "--project", "contract", ...passedOn], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, GATEWAY_PACKAGE: installed },
    })
    return await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 1)))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** The optional packages and the AWS SDK are linked from this repository to save the time. */
function installTarball(folder: string, tarball: string): string {
  writeFileSync(join(folder, "package.json"), "{}")
  npmInstall(folder, [tarball])
  const installed = join(folder, "node_modules", "@document-insight", "gateway")
  const { peerDependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"))
  const names = Object.keys(peerDependencies).filter((name) => !name.startsWith("@aws-sdk/"))
  for (const name of ["@aws-sdk", ...names]) {
    const link = join(folder, "node_modules", name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, "node_modules", name), link)
  }
  return installed
}

/** @returns the path of the executable */
function installNode(folder: string, version: string): string {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`
  const own = mkdtempSync(join(folder, "node-"))
  writeFileSync(join(own, "package.json"), "{}")
  npmInstall(own, [`${name}@${version}`])
  return join(own, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node")
}

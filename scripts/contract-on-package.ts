// `npm run contract:package`: runs the contract cases against the packed gateway, on another Node.js if wanted.
import { execFileSync, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { installNode, npmInstall } from "./npm.ts"
import { packPackages } from "./pack.ts"
import { runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")

/** The command line of the Vitest of this repository. */
const currentVitest = [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--project", "contract"]

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
  details: "\nOn a Node.js before 22.12 an older Vitest runs the cases.",
} as const

await runCommand(command, async ({ values, passedOn }) => {
  const folder = mkdtempSync(join(tmpdir(), "contract-package-"))
  try {
    const [tarball = ""] = await packPackages(["gateway"], folder)
    const installed = installTarball(folder, tarball)
    const node = values.node === undefined ? process.execPath : installNode(folder, values.node)
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim()
    console.log(version)
    const vitest = isOld(version) ? installOlderVitest(folder, installed) : currentVitest
    const child = spawn(node, [...vitest, ...passedOn], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, GATEWAY_PACKAGE: installed },
    })
    return await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 1)))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** Whether Vitest 5 does not run there. */
function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number)
  return major < 22 || (major === 22 && minor < 12)
}

/**
 * Vitest 3 with the options that vitest.config.ts has for the contract cases.
 * @returns its command line
 */
function installOlderVitest(folder: string, installed: string): string[] {
  const own = mkdtempSync(join(folder, "vitest-"))
  writeFileSync(join(own, "package.json"), "{}")
  npmInstall(own, ["vitest@3.2.4"])
  const vitest = join(own, "node_modules", "vitest")
  const alias = {
    vitest: join(vitest, "dist", "index.js"),
    "@document-insight/gateway/testing": join(installed, "testing", "index.mjs"),
    "@document-insight/gateway": join(installed, "src", "index.mjs"),
  }
  const config = {
    root,
    esbuild: { target: "node20" },
    resolve: {
      alias: Object.entries(alias).map(([name, replacement]) => ({ find: name, replacement })),
    },
    test: { include: ["tests/contract/**/*.test.ts"], testTimeout: 20_000, isolate: false, pool: "forks" },
  }
  const file = join(own, "vitest.config.mjs")
  // An alias is exact, so that `vitest/config` stays what it is.
  const exact = `config.resolve.alias.map((one) => ({ ...one, find: new RegExp("^" + one.find + "$") }))`
  writeFileSync(
    file,
    `const config = ${JSON.stringify(config)}\nexport default { ...config, resolve: { alias: ${exact} } }\n`,
  )
  return [join(vitest, "vitest.mjs"), "run", "--config", file]
}

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

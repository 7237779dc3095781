// Builds the page and synthesizes the system for `npm start`, unless nothing changed since the last time.
import { createHash } from "node:crypto"
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { synthesize } from "@document-insight/infrastructure"
import { buildPage } from "./build-page.ts"

const root = join(import.meta.dirname, "..")

/** The cloud assembly that `npm start` serves without options. */
export const defaultAssembly = join(root, "cdk.out", "default")

/** Everything that the cloud assembly is made of. */
const inputs = [
  "{infrastructure,functions,protocol}/src/**/*.ts",
  "infrastructure/package.json",
  "cdk.json",
  "package-lock.json",
  "web/dist/**/*.*",
]

export type PrepareOptions = {
  /** The folder of the cloud assembly. */
  outdir: string
  /** A block of `environments` in cdk.json; by default the one that cdk.json names. */
  envName?: string | undefined
  /** Settings that override cdk.json, as with `-c key=value`. */
  context?: Readonly<Record<string, string>> | undefined
}

/**
 * Of several runs in one checkout, one prepares at a time and the others wait for it.
 *
 * @throws Error with the message of Vite or of the CDK app
 */
export async function prepareSystem({ outdir, envName, context = {} }: PrepareOptions): Promise<void> {
  mkdirSync(dirname(outdir), { recursive: true })
  // The lock of SQLite is one of the operating system: it ends with the process, however that ends.
  using lock = new DatabaseSync(`${outdir}.lock`)
  lock.exec("PRAGMA busy_timeout = 120000; BEGIN EXCLUSIVE")
  await buildPage()
  const stamp = join(outdir, "inputs.sha256")
  const fingerprint = fingerprintOfInputs(envName, context)
  if (readIfPresent(stamp) === fingerprint) return
  // Removed first, so that a run that ends half-way leaves no assembly that looks complete.
  rmSync(stamp, { force: true })
  await synthesize({ outdir, context, ...(envName !== undefined && { envName }) })
  writeFileSync(stamp, fingerprint)
}

function fingerprintOfInputs(envName: string | undefined, context: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256").update(JSON.stringify([envName, context, process.version, cdkVariables()]))
  for (const file of globSync(inputs, { cwd: root }).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  }
  return hash.digest("hex")
}

/** The variables that CDK reads: account, region, and its own settings. Not those of the SDK, which the gateway sets. */
function cdkVariables() {
  return Object.entries(process.env)
    .filter(([name]) => /^(CDK|AWS(?!_SDK))_/.test(name))
    .sort()
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return undefined
  }
}

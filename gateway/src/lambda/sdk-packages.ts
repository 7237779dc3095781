// Provides the AWS SDK that Lambda's runtimes include: packages that functions import without bundling them are taken from
// the user's project, and installed once into a cache when the project does not have them.
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { FunctionDefinition } from "../definition/lambda.ts"
import type { Log } from "../foundation/log.ts"
import { isInRuntime } from "./runtime/module-search.ts"

/** The newest version that is installed; a package that was not published with it has an older one. */
export const SDK_VERSION = "3.1162.0"

export type SdkPackagesOptions = {
  log: Log
  /** Where the user's project starts to search. Default: the current folder. */
  projectFolder?: string
  /** Default: a folder in the home folder, which all projects share. */
  cacheFolder?: string
}

export type SdkPackages = {
  /** The `node_modules` folders that have the AWS SDK, first one wins. */
  folders(): string[]
  /** Installs the packages that this code imports and that no folder has. What cannot be installed is logged. */
  provide(functions: readonly FunctionWithCode[]): Promise<void>
}

type FunctionWithImports = FunctionWithCode & { imported: Set<string> }

export type FunctionWithCode = {
  definition: Pick<FunctionDefinition, "logicalId" | "runtime" | "sdkPackages">
  /** Its files do not change: changed code is another object. */
  code: { taskRoot: string; layerModules: readonly string[] }
}

export function createSdkPackages(options: SdkPackagesOptions): SdkPackages {
  const { log, projectFolder = process.cwd() } = options
  const cache = options.cacheFolder ?? join(homedir(), ".cache", "apigw-local", "aws-sdk")
  const ownFolder = dirname(fileURLToPath(import.meta.url))
  // Read once, because the code is some megabytes, and most of it is the same after a reload.
  const importsOfCode = new WeakMap<FunctionWithCode["code"], Set<string>>()

  function folders(): string[] {
    const sets = existsSync(cache) ? readdirSync(cache).filter((name) => !name.startsWith("new-")) : []
    return [projectFolder, ownFolder, ...sets.map((name) => join(cache, name))].map((folder) =>
      join(folder, "node_modules"),
    )
  }

  function isProvided(name: string, { taskRoot, layerModules }: FunctionWithCode["code"]): boolean {
    return (
      layerModules.some((folder) => existsSync(join(folder, name))) ||
      [taskRoot, ...folders().map(dirname)].some((folder) => isFoundFrom(folder, name))
    )
  }

  /** AWS: version 2 of the SDK is part of the runtimes up to nodejs16.x (lambda-sdk-versions) */
  function warnOfVersion2(functions: readonly FunctionWithImports[]): void {
    const lacking = functions.filter(
      ({ definition: { runtime }, code: { taskRoot, layerModules }, imported }) =>
        !isInRuntime("aws-sdk", runtime) &&
        imported.has("aws-sdk") &&
        ![join(taskRoot, "node_modules"), ...layerModules].some((folder) => existsSync(join(folder, "aws-sdk"))),
    )
    if (lacking.length === 0) return
    const names = lacking.map(({ definition }) => definition.logicalId).join(", ")
    const runtimes = [...new Set(lacking.map(({ definition }) => definition.runtime))].join(", ")
    log.warn("Calls fail", {
      message: `${names}: The code imports aws-sdk, version 2 of the SDK, which ${runtimes} does not include.`,
      hint: "Add aws-sdk to the dependencies of the function, or import the packages @aws-sdk/*.",
    })
  }

  function importsOf({ code, definition }: FunctionWithCode): Set<string> {
    const imported = importsOfCode.get(code) ?? importedPackages(code.taskRoot, definition.runtime)
    importsOfCode.set(code, imported)
    return imported
  }

  return {
    folders,
    async provide(all) {
      const functions = all.map((one) => ({ ...one, imported: importsOf(one) }))
      /** Logical ids of functions by package. */
      const missing = new Map<string, string[]>()
      for (const one of functions) {
        const { runtime, sdkPackages = [...one.imported].filter((name) => isInRuntime(name, runtime)) } = one.definition
        for (const name of sdkPackages) {
          if (!isProvided(name, one.code)) missing.set(name, [...(missing.get(name) ?? []), one.definition.logicalId])
        }
      }
      warnOfVersion2(functions)
      if (missing.size === 0) return
      const packages = [...missing.keys()].toSorted()
      const users = [...new Set([...missing.values()].flat())].join(", ")
      log.warn("Installing the AWS SDK that Lambda includes", {
        message: `${packages.join(", ")} for ${users}, once, into ${cache}`,
        hint: "to use your own version, add the packages to your project",
      })
      const failure = await install(packages.map(withVersion), cache)
      if (failure === undefined) return
      log.error("The AWS SDK that Lambda includes is not on this machine", {
        message: `${users} will fail to import ${packages.join(", ")}, because npm could not install them: ${failure}`,
        hint: `Run: npm install --save-dev ${packages.map((name) => `${name}@${name === "aws-sdk" ? 2 : "latest"}`).join(" ")}`,
      })
    },
  }
}

function isFoundFrom(folder: string, name: string): boolean {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, "node_modules", name))) return true
    if (current === dirname(current)) return false
  }
}

function withVersion(name: string): string {
  if (name === "aws-sdk") return `${name}@2`
  return name.startsWith("@aws-sdk/") ? `${name}@<=${SDK_VERSION}` : `${name}@latest`
}

// Packages of the native runtime are optional, and mentioned in error messages of the SDK.
const importOfPackage =
  /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'`]((?:@(?:aws-sdk|smithy|aws-crypto)\/|aws-sdk)(?!\S*-crt)[a-z0-9-]*)/g

/** The packages of the AWS SDK that the code names in an import, outside of its own packages. */
export function importedPackages(folder: string, runtime: string): Set<string> {
  const names = new Set<string>()
  if (!runtime.startsWith("nodejs")) return names
  for (const path of sourceFiles(folder)) {
    // The names are ASCII. Decoding UTF-8 would take longer than the search.
    for (const [, name = ""] of readFileSync(path, "latin1").matchAll(importOfPackage)) names.add(name)
  }
  return names
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name.startsWith(".") ? [] : sourceFiles(path)
    return entry.isFile() && /\.[cm]?js$/.test(entry.name) ? [path] : []
  })
}

/**
 * Each set of packages has a folder, which appears complete or not at all, so that several gateways can share the cache.
 * @returns why it failed
 */
async function install(packages: readonly string[], cache: string): Promise<string | undefined> {
  const target = join(cache, createHash("sha256").update(packages.join()).digest("hex").slice(0, 16))
  try {
    mkdirSync(cache, { recursive: true })
    const folder = mkdtempSync(join(cache, "new-"))
    try {
      writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }))
      const failure = await npmInstall(folder, packages)
      if (failure !== undefined) return failure
      if (!existsSync(target)) renameSync(folder, target)
      return undefined
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  } catch (error) {
    return existsSync(target) ? undefined : (error as Error).message
  }
}

/** @returns the first line of npm's own explanation when it fails */
function npmInstall(folder: string, packages: readonly string[]): Promise<string | undefined> {
  const flags = ["--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", "--global=false"]
  // Without a network the start goes on after a second, and not after the ten seconds of npm.
  flags.push("--fetch-retries=1", "--fetch-retry-mintimeout=1000")
  const isWindows = process.platform === "win32"
  const child = spawn(
    "npm",
    ["install", "--prefix", folder, ...flags, ...packages.map((name) => (isWindows ? `"${name}"` : name))],
    {
      cwd: folder,
      shell: isWindows,
      stdio: ["ignore", "ignore", "pipe"],
    },
  )
  let errors = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text))
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message))
    child.on("close", (code) => {
      if (code === 0) return resolve(undefined)
      const lines = errors.split("\n").map((line) => line.replace(/^npm (?:error|ERR!) ?/i, ""))
      resolve(lines.find((line) => line.includes(" ")) ?? `exit code ${code}`)
    })
  })
}

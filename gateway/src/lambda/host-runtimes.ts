// The programs that run functions on this machine: Node.js for its runtimes, the Python of the machine for Python.
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { runtimeFamily } from "../definition/runtime-family.ts"
import type { Log } from "../foundation/log.ts"
import { findBootstrap, InvalidEntrypoint } from "./bootstrap-program.ts"
import { explainMissingHandler } from "./explain-missing-handler.ts"
import type { PreparedCode } from "./function-code.ts"
import { findPython, type HostPython } from "./host-python.ts"
import { nodeFlags } from "./node-flags.ts"
import { nodeRuntime } from "./node-runtime.ts"

export type RuntimeCommand = { file: string; args: string[] }

export type HostRuntimesOptions = {
  /** A folder in which processes keep compiled code for each other: later cold starts take half as long. */
  compileCache: string
  log: Log
  /** Replaced by tests. */
  findHostPython?: (() => HostPython | undefined) | undefined
}

export type PlacedFunction = { definition: FunctionDefinition; code: PreparedCode }

export type HostRuntimes = {
  /** @throws Error when the machine has no program for the runtime, or an archive of the code cannot be read */
  commandOf(definition: FunctionDefinition, code: PreparedCode): RuntimeCommand
  /** Reports each runtime of functions that are invoked, once, when this machine lacks it or has another version. */
  report(functions: readonly PlacedFunction[]): void
}

const pythonRuntime = fileURLToPath(new URL("./runtime/python/start.py", import.meta.url))

const missingPython = "python3 (3.9 or later) was not found in the PATH"
const installPython = "Install Python 3.9 or later, then start the gateway again."

export function createHostRuntimes(options: HostRuntimesOptions): HostRuntimes {
  const { compileCache, log, findHostPython = findPython } = options
  const reported = new Set<string>()
  let python: { host: HostPython | undefined } | undefined

  function hostPython(): HostPython | undefined {
    python ??= { host: findHostPython() }
    return python.host
  }

  function warn(event: string, message: string, hint: string): void {
    if (reported.has(message)) return
    reported.add(message)
    log.warn(event, { message, hint })
  }

  function pythonCommand(definition: FunctionDefinition, { isTemporary }: PreparedCode): RuntimeCommand {
    const host = hostPython()
    reportPython([definition])
    if (!host) throw new Error(`${missingPython}. ${installPython}`)
    // -B: no compiled files next to the code of a user, which would count as a change of it.
    const flags = ["-X", "utf8", ...(isTemporary ? [] : ["-B"])]
    return { file: host.file, args: [...flags, pythonRuntime, join(compileCache, "python")] }
  }

  function reportPython(functions: readonly FunctionDefinition[]): void {
    const ofPython = functions.filter(({ runtime }) => runtimeFamily(runtime) === "python")
    if (ofPython.length === 0) return
    const host = hostPython()
    if (!host) {
      const names = ofPython.map(({ logicalId }) => logicalId).join(", ")
      warn("Not served locally", `${missingPython}, so calls to ${names} fail.`, installPython)
      return
    }
    // Differs: the Python of the machine for every runtime (python-version)
    const others = new Set(ofPython.map(({ runtime }) => runtime).filter((name) => name !== `python${host.version}`))
    for (const runtime of others) {
      const message = `Functions of ${runtime} run on Python ${host.version}, which is the python3 of this machine.`
      warn("Another version of Python", message, `Install Python ${runtime.slice("python".length)} to run them on it.`)
    }
  }

  function customCommand(definition: FunctionDefinition, code: PreparedCode): RuntimeCommand {
    try {
      return { file: findBootstrap(definition, code), args: [] }
    } catch (error) {
      if (error instanceof InvalidEntrypoint) {
        const hint = "Build the function for this machine, then start the gateway again."
        warn("Calls fail", `${definition.logicalId}: ${error.reason}`, hint)
      }
      throw error
    }
  }

  // Differs: a program is not changed, so addresses of AWS in it stay as they are (custom-network)
  function reportCustom(functions: readonly PlacedFunction[]): void {
    if (functions.length === 0) return
    const names = functions.map(({ definition }) => definition.logicalId).join(", ")
    const hint = "Let them use the endpoints in AWS_ENDPOINT_URL_*, as the AWS SDKs do."
    warn("Not served locally", `Addresses of AWS in programs of provided runtimes are not redirected: ${names}`, hint)
    for (const { definition, code } of functions) {
      try {
        customCommand(definition, code)
      } catch {
        // Reported; each invocation fails with it.
      }
    }
  }

  return {
    commandOf(definition, code) {
      code.unpack()
      const family = runtimeFamily(definition.runtime)
      if (family === "python") return pythonCommand(definition, code)
      if (family === "custom") return customCommand(definition, code)
      return { file: process.execPath, args: [...nodeFlags(definition), nodeRuntime(), compileCache] }
    },
    report(functions) {
      const invoked = functions.filter(({ definition }) => definition.isTarget)
      reportPython(invoked.map(({ definition }) => definition))
      for (const { definition, code } of invoked) {
        const missing = explainMissingHandler(definition, code)
        if (missing) warn("Calls fail", missing.message, missing.hint)
      }
      reportCustom(invoked.filter(({ definition }) => runtimeFamily(definition.runtime) === "custom"))
    },
  }
}

// Finds the program of a custom runtime, and rejects one that this machine cannot run.
import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from "node:fs"
import { join } from "node:path"
import type { FunctionDefinition } from "../definition/lambda.ts"
import type { PreparedCode } from "./function-code.ts"

/** AWS: a program that is missing or cannot be run fails with `Runtime.InvalidEntrypoint` (custom-entrypoint) */
export class InvalidEntrypoint extends Error {
  /** What is wrong, for the log of the gateway. */
  readonly reason: string

  constructor(message: string, reason: string) {
    super(message)
    this.reason = reason
  }
}

/**
 * AWS: `bootstrap` in the code, then in a layer; a function of go1.x is named by its handler (custom-bootstrap)
 * @throws InvalidEntrypoint
 */
export function findBootstrap({ runtime, handler }: FunctionDefinition, code: PreparedCode): string {
  const names = runtime === "go1.x" ? [handler, "bootstrap"] : ["bootstrap"]
  const folders = [code.taskRoot, ...code.layerFolders]
  const file = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync)
  if (file === undefined) {
    throw new InvalidEntrypoint(
      "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
      `There is no program named ${names.join(" or ")} in ${folders.join(" or ")}. Build it first.`,
    )
  }
  if (!isProgram(file)) {
    const reason = `${file} is not marked as a program. Run: chmod +x ${file}`
    throw new InvalidEntrypoint("fork/exec /var/task/bootstrap: permission denied", reason)
  }
  const foreign = foreignFormat(file)
  if (foreign === undefined) return file
  throw new InvalidEntrypoint(
    "fork/exec /var/task/bootstrap: exec format error",
    `${file} is a program for ${foreign}, and this machine is ${process.platform} on ${process.arch}.`,
  )
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

const ELF = 0x7f454c46
const HEADER_BYTES = 20
const MACHINE_OFFSET = 18
const machines: ReadonlyMap<number, string> = new Map([
  [62, "x64"],
  [183, "arm64"],
])

/** `linux on arm64` for a program of another kind of machine. */
function foreignFormat(file: string): string | undefined {
  const header = Buffer.alloc(HEADER_BYTES)
  const descriptor = openSync(file, "r")
  try {
    readSync(descriptor, header, 0, HEADER_BYTES, 0)
  } finally {
    closeSync(descriptor)
  }
  if (header.readUInt32BE(0) !== ELF) return undefined
  const machine = machines.get(header.readUInt16LE(MACHINE_OFFSET)) ?? "another processor"
  return process.platform === "linux" && machine === process.arch ? undefined : `linux on ${machine}`
}

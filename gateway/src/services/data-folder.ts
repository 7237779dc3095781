// Creates the folder of `--data` and locks it, so that two runs cannot write the same files.
import { accessSync, constants, mkdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { GatewayError } from "../foundation/errors.ts"

/**
 * @returns a function that unlocks the folder
 * @throws GatewayError DATA_UNUSABLE
 */
export function openDataFolder(folder: string): () => void {
  create(folder)
  // The lock of SQLite is one of the operating system: it ends with the process, however that ends.
  const lock = new DatabaseSync(join(folder, "lock"))
  try {
    lock.exec("BEGIN EXCLUSIVE")
  } catch (cause) {
    lock.close()
    const hint = "Stop the other run, or choose another folder with --data DIR."
    throw new GatewayError("DATA_UNUSABLE", `The data folder ${folder} is in use by another run.`, { hint, cause })
  }
  return () => lock.close()
}

function create(folder: string): void {
  const hint = "Choose another folder with --data DIR."
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new GatewayError("DATA_UNUSABLE", `The data folder ${folder} is a file.`, { hint })
  }
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const message = `The data folder ${folder} cannot be created or written (${code}).`
    throw new GatewayError("DATA_UNUSABLE", message, { hint, cause })
  }
}

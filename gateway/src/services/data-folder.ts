// Creates the folder of `--data` and locks it, so that two runs cannot write the same files.
import { accessSync, constants, mkdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { GatewayError } from "../foundation/errors.ts"
import { unusableFile, unusableFolder } from "./data-folder-error.ts"

/** The code of SQLite for a database that another connection has locked. */
const SQLITE_BUSY = 5

// Not "lock": the database of DynamoDB has a "LOCK", which is the same name on some file systems.
const LOCK_FILE = "in-use"

// Garbage collection would close a database that nothing refers to, which unlocks its folder.
const locks = new Set<DatabaseSync>()

/**
 * @param waitMs how long to wait for another process that uses the folder to end
 * @returns a function that unlocks the folder
 * @throws GatewayError DATA_UNUSABLE
 */
export function openDataFolder(folder: string, waitMs = 0): () => void {
  create(folder)
  // SQLite uses a lock of the operating system, which ends with the process, also when it is killed.
  const lock = openDatabase(join(folder, LOCK_FILE))
  try {
    lock.exec(`PRAGMA busy_timeout = ${waitMs}`)
    lock.exec("BEGIN EXCLUSIVE")
  } catch (cause) {
    lock.close()
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw unusableFile(join(folder, LOCK_FILE), cause)
    const hint = "Stop the other run, or choose another folder with --data DIR."
    throw new GatewayError("DATA_UNUSABLE", `The data folder ${folder} is in use by another run.`, { hint, cause })
  }
  locks.add(lock)
  return () => {
    locks.delete(lock)
    lock.close()
  }
}

function openDatabase(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file)
  } catch (cause) {
    throw unusableFile(file, cause)
  }
}

function create(folder: string): void {
  try {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
      const hint = "Choose another folder with --data DIR."
      throw new GatewayError("DATA_UNUSABLE", `The data folder ${folder} is a file.`, { hint })
    }
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw unusableFolder(folder, error)
  }
}

// Keeps what is known of custom resources in the data folder, so that another run with the same data does not create them again.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { unusableFile, unusableFolder } from "../data-folder-error.ts"

export type KeptResource = {
  functionArn: string
  properties: Record<string, unknown>
  physicalResourceId: string
  data: Record<string, unknown>
}

const FILE = "custom-resources.json"

/** @throws GatewayError DATA_UNUSABLE */
export function readStateFile(folder: string): Map<string, KeptResource> {
  const file = join(folder, FILE)
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, KeptResource>))
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException
    // A file in place of the folder is reported when the folder is opened.
    if (code === "ENOENT" || code === "ENOTDIR") return new Map()
    throw unusableFile(file, error)
  }
}

/** @throws GatewayError DATA_UNUSABLE */
export function writeStateFile(folder: string, kept: ReadonlyMap<string, KeptResource>): void {
  const file = join(folder, FILE)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(kept)))
    renameSync(`${file}.new`, file)
  } catch (error) {
    throw unusableFolder(folder, error)
  }
}

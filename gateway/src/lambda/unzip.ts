// Unpacks the ZIP archives of deployment packages and layers: stored and deflated entries.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { inflateRawSync } from "node:zlib"
import { GatewayError } from "../foundation/errors.ts"

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const END_OF_DIRECTORY_BYTES = 22
const MAX_COMMENT_BYTES = 65_535
// Methods of compression.
const STORED = 0
const DEFLATED = 8

/**
 * @param archive path of the .zip file
 * @param folder receives the entries; it is created
 * @throws GatewayError when the archive cannot be read, or an entry would leave the folder
 */
export function unzip(archive: string, folder: string): void {
  const bytes = readFileSync(archive)
  const end = findEnd(bytes)
  if (end === undefined) throw unreadable(archive, "it is not a ZIP archive")
  let at = bytes.readUInt32LE(end + 16)
  for (let entry = bytes.readUInt16LE(end + 10); entry > 0; entry--) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) {
      throw unreadable(archive, "its directory is damaged")
    }
    const nameLength = bytes.readUInt16LE(at + 28)
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength)
    const path = join(folder, name)
    if (relative(folder, path).startsWith("..")) throw unreadable(archive, `its entry ${name} leads out of the folder`)
    if (name.endsWith("/")) {
      mkdirSync(path, { recursive: true })
    } else {
      const content = readEntry(bytes, at, (reason) => unreadable(archive, `its entry ${name} ${reason}`))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content, isProgram(bytes, at) ? { mode: 0o755 } : {})
    }
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
}

const UNIX = 3
const EXECUTABLE = 0o111

/** Whether the archive was made on Unix and marks the file as a program. */
function isProgram(bytes: Buffer, at: number): boolean {
  const madeBy = bytes[at + 5]
  const mode = bytes.readUInt16LE(at + 40)
  return madeBy === UNIX && (mode & EXECUTABLE) !== 0
}

function unreadable(archive: string, reason: string): GatewayError {
  return new GatewayError("FILE_NOT_FOUND", `${archive} cannot be unpacked: ${reason}.`, {
    hint: "Build the function's package again, or point its code at a folder.",
  })
}

// The end record is last but for a comment of unknown length.
function findEnd(bytes: Buffer): number | undefined {
  const last = bytes.length - END_OF_DIRECTORY_BYTES
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (bytes.readUInt32LE(at) === END_OF_DIRECTORY) return at
  }
  return undefined
}

/** @throws the error that `problem` makes of a reason */
function readEntry(bytes: Buffer, directoryEntry: number, problem: (reason: string) => GatewayError): Buffer {
  const method = bytes.readUInt16LE(directoryEntry + 10)
  if (method !== STORED && method !== DEFLATED) throw problem("is compressed in an unknown way")
  const compressedBytes = bytes.readUInt32LE(directoryEntry + 20)
  try {
    // The local header repeats name and extra field, with its own lengths.
    const header = bytes.readUInt32LE(directoryEntry + 42)
    const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28)
    const content = bytes.subarray(start, start + compressedBytes)
    return method === STORED ? content : inflateRawSync(content)
  } catch {
    throw problem("is damaged")
  }
}

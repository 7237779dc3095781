// What a zip file says it holds, without unpacking anything: enough to know what it is, and not to unpack a bomb.

export type ZipEntry = { name: string; unpackedBytes: number }

// Source: PKWARE's APPNOTE.TXT, 4.3.12 (central directory header) and 4.3.16 (end of central directory record).
const endSignature = Buffer.from("PK\x05\x06", "latin1")
const entrySignature = 0x02014b50
const entryHeaderBytes = 46

/** The entries of the central directory; none when the file has no whole one. */
export function zipEntries(bytes: Uint8Array): ZipEntry[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = file.lastIndexOf(endSignature)
  if (end < 0 || end + 20 > file.length) return []
  const entries: ZipEntry[] = []
  let at = file.readUInt32LE(end + 16)
  while (at + entryHeaderBytes <= file.length && file.readUInt32LE(at) === entrySignature) {
    const nameBytes = file.readUInt16LE(at + 28)
    const start = at + entryHeaderBytes
    entries.push({
      name: file.toString("utf8", start, start + nameBytes),
      unpackedBytes: file.readUInt32LE(at + 24),
    })
    at = start + nameBytes + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return entries
}

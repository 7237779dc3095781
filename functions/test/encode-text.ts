// Encodes text in encodings of one or two bytes per character, which Node.js can only decode.

const tables = new Map<string, Map<string, number[]>>()

/** @param encoding a name that `TextDecoder` knows, or "utf-32le", "utf-32be", "utf-16be" or "iso-2022-jp" */
export function encodeText(text: string, encoding: string): Uint8Array {
  if (encoding === "utf-8") return Buffer.from(text)
  if (encoding === "utf-16le") return Buffer.from(text, "utf16le")
  if (encoding === "utf-16be") return Buffer.from(text, "utf16le").swap16()
  if (encoding.startsWith("utf-32")) return encodeUtf32(text, encoding.endsWith("le"))
  if (encoding === "iso-2022-jp") return encodeIso2022Jp(text)
  const table = tables.get(encoding) ?? tableOf(encoding)
  tables.set(encoding, table)
  return Uint8Array.from([...text].flatMap((character) => bytesOf(table, character)))
}

function bytesOf(table: ReadonlyMap<string, number[]>, character: string): number[] {
  const bytes = table.get(character)
  if (!bytes) throw new Error(`${character} is not in the encoding`)
  return bytes
}

/** Decodes all codes at once, each in a line: a line feed ends any code, also an invalid one. */
function tableOf(encoding: string): Map<string, number[]> {
  const lineFeed = 0x0a
  const codes: number[][] = []
  for (let first = 0; first < 256; first += 1) if (first !== lineFeed) codes.push([first])
  for (let first = 0x81; first < 0xff; first += 1)
    for (let second = 0x40; second < 0xff; second += 1) codes.push([first, second])
  const lines = new TextDecoder(encoding).decode(Uint8Array.from(codes.flatMap((code) => [...code, lineFeed])))
  const table = new Map([["\n", [lineFeed]]])
  for (const [at, character] of lines.split("\n").entries()) {
    const code = codes[at]
    if (code && [...character].length === 1 && character !== "\ufffd" && !table.has(character))
      table.set(character, code)
  }
  return table
}

/** The two bytes of EUC-JP without their highest bits, between escape sequences. */
function encodeIso2022Jp(text: string): Uint8Array {
  const euc = encodeText(text, "euc-jp")
  const bytes = [0x1b, 0x24, 0x42, ...euc.map((byte) => byte & 0x7f), 0x1b, 0x28, 0x42]
  if (euc.some((byte) => byte < 0x80)) throw new Error("the text has characters of ASCII")
  return Uint8Array.from(bytes)
}

function encodeUtf32(text: string, isLittleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer([...text].length * 4))
  for (const [index, character] of [...text].entries()) {
    view.setUint32(index * 4, character.codePointAt(0) ?? 0, isLittleEndian)
  }
  return new Uint8Array(view.buffer)
}

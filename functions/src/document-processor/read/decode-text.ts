// Decodes the bytes of formats that do not declare their encoding.

// Control characters that do not occur in text: all except tab, line feed, form feed and carriage return.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression finds them
const binary = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/

/** Decodes by the byte order mark, else as UTF-8, else as Windows-1252; undefined when the bytes are not text. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const text = decodeUtf16(bytes) ?? decodeUtf8(bytes) ?? new TextDecoder("windows-1252").decode(bytes)
  return binary.test(text) ? undefined : text
}

/** The text when the bytes begin with the byte order mark of UTF-16. */
export function decodeUtf16(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes)
  return undefined
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

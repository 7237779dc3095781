// Bytes to text, for formats that do not say how they are encoded.

// Control characters that text does not contain: all but tab, line feed, form feed and carriage return.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const binary = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/

/** The text, by its byte order mark, else as UTF-8, else as Windows-1252; undefined when the bytes are no text. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes)
  const text = decodeUtf8(bytes) ?? new TextDecoder("windows-1252").decode(bytes)
  return binary.test(text) ? undefined : text
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

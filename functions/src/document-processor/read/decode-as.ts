// Decodes bytes in an encoding that may be a wrong one.

const REPLACEMENT = "\ufffd"

/** One wrong byte in so many characters is a damaged text; more are another encoding. */
const CHARACTERS_PER_ERROR = 200

/** Undefined when there is no such encoding, or when the bytes are not of it. */
export function decodeAs(encoding: string | undefined, bytes: Uint8Array): string | undefined {
  if (encoding === undefined) return undefined
  try {
    const text = new TextDecoder(encoding).decode(bytes)
    return hasFewErrors(text) ? text : undefined
  } catch {
    return undefined
  }
}

function hasFewErrors(text: string): boolean {
  const allowed = text.length / CHARACTERS_PER_ERROR
  let errors = 0
  for (let at = text.indexOf(REPLACEMENT); at !== -1; at = text.indexOf(REPLACEMENT, at + 1)) {
    errors += 1
    if (errors > allowed) return false
  }
  return true
}

// Decodes text: by its byte order mark, else by the encoding that it declares, else by what its bytes look like.
import { analyse } from "chardet"

// Control characters that do not occur in text: all except tab, line feed, form feed and carriage return.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression finds them
const binary = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/

const REPLACEMENT = "\ufffd"

/** The detection compares frequencies, for which this is enough. */
const SAMPLE_BYTES = 64 * 1024

/** How much of a document is searched for the encoding that it declares. HTML: the first 1024 bytes (WHATWG, 13.2.3.2). */
const DECLARATION_BYTES = 1024

const MIN_THAI_CONSONANTS = 10
// Of windows-874, one byte per character: vowels and tones that stand above or below a consonant; vowels that precede one;
// bytes without a character.
const thaiConsonant = /[\xa1-\xce]/g
const notThai =
  /(?:^|[^\xa1-\xce\xd1\xd4-\xda\xe7-\xee])[\xd1\xd4-\xda\xe7-\xee]|[\xe0-\xe4](?![\xa1-\xce]|$)|[\x81-\x84\x86-\x90\x98-\x9f\xdb-\xde\xfc-\xff]/

/** Below it, the detection reports noise. */
const MIN_CONFIDENCE = 20

/** One wrong byte in so many characters is a damaged text; more are another encoding. */
const CHARACTERS_PER_ERROR = 200

/**
 * @param declared finds the name of an encoding in the beginning of the text, decoded as ASCII
 * @returns undefined when the bytes are not text
 */
export function decodeText(
  bytes: Uint8Array,
  declared: (head: string) => string | undefined = () => undefined,
): string | undefined {
  const text =
    decodeByteOrderMark(bytes) ??
    decodeAs(declared(ascii(bytes.subarray(0, DECLARATION_BYTES))), bytes) ??
    decodeIso2022Jp(bytes) ??
    decodeUtf8(bytes) ??
    decodeUtf16WithoutMark(bytes) ??
    decodeThai(bytes) ??
    decodeDetected(bytes)
  return binary.test(text) ? undefined : text
}

/** The encoding that HTML or XML declares. */
export function declaredEncoding(head: string): string | undefined {
  const [, inXml] = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/i.exec(head) ?? []
  const [, inHtml] = /<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(head) ?? []
  return inXml ?? inHtml
}

/** The text when the bytes begin with a byte order mark. */
export function decodeByteOrderMark(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes
  if (first === 0xff && second === 0xfe && third === 0 && fourth === 0) return decodeUtf32(bytes, true)
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return decodeUtf32(bytes, false)
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes)
  if (first === 0xef && second === 0xbb && third === 0xbf) return new TextDecoder().decode(bytes)
  return undefined
}

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

/** Its bytes are ASCII; escape sequences switch to Japanese. */
function decodeIso2022Jp(bytes: Uint8Array): string | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.includes("\x1b$", 0, "latin1") ? decodeAs("iso-2022-jp", bytes) : undefined
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Text of UTF-16 has many bytes of 0 in every other place: spaces and line breaks, if nothing else. */
function decodeUtf16WithoutMark(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES)
  let even = 0
  let odd = 0
  for (let at = 0; at < sample.length; at += 1) {
    if (sample[at] !== 0) continue
    if (at % 2 === 0) even += 1
    else odd += 1
  }
  const few = sample.length / 100
  if (Math.max(even, odd) <= few || Math.min(even, odd) > few) return undefined
  return decodeAs(even > odd ? "utf-16be" : "utf-16le", bytes)
}

/** The detection takes Thai text for Chinese. Thai marks only follow consonants, and few of its letters are unused. */
function decodeThai(bytes: Uint8Array): string | undefined {
  const sample = ascii(bytes.subarray(0, SAMPLE_BYTES))
  const isThai = (sample.match(thaiConsonant)?.length ?? 0) >= MIN_THAI_CONSONANTS && !notThai.test(sample)
  return isThai ? decodeAs("windows-874", bytes) : undefined
}

function decodeDetected(bytes: Uint8Array): string {
  const matches = analyse(middle(bytes)).filter(({ confidence }) => confidence >= MIN_CONFIDENCE)
  for (const { name } of matches) {
    const text = decodeAs(name, bytes)
    if (text !== undefined) return text
  }
  return new TextDecoder("windows-1252").decode(bytes)
}

/** From the first byte that is not ASCII: a long English preface would decide for the rest. */
function middle(bytes: Uint8Array): Uint8Array {
  const start = Math.max(
    0,
    bytes.findIndex((byte) => byte > 0x7f),
  )
  return bytes.subarray(start, start + SAMPLE_BYTES)
}

/** `TextDecoder` has no UTF-32. */
function decodeUtf32(bytes: Uint8Array, isLittleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: string[] = []
  for (let at = 4; at + 4 <= bytes.byteLength; ) {
    const codePoints: number[] = []
    for (; at + 4 <= bytes.byteLength && codePoints.length < 4096; at += 4) {
      const codePoint = view.getUint32(at, isLittleEndian)
      codePoints.push(codePoint > 0x10ffff ? 0xfffd : codePoint)
    }
    parts.push(String.fromCodePoint(...codePoints))
  }
  return parts.join("")
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

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
}

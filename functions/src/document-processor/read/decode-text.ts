// Decodes text: by its byte order mark, else by the encoding that it declares, else by what its bytes look like.
import { analyse } from "chardet"
import { decodeAs } from "./decode-as.ts"
import { decodeEastAsian } from "./decode-east-asian.ts"
import { decodeOneByte } from "./decode-one-byte.ts"
import { decodeByteOrderMark, decodeWithoutMark } from "./decode-unicode.ts"

// Control characters that do not occur in text: all except tab, line feed, form feed, carriage return and escape.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression finds them
const binary = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/g

/** A log of a machine that lost its power has some bytes of 0. More are of a program's data. */
const CHARACTERS_PER_CONTROL = 100

/** The detection compares frequencies, for which this is enough. */
const SAMPLE_BYTES = 64 * 1024

/** How much of a document is searched for the encoding that it declares. HTML: the first 1024 bytes (WHATWG, 13.2.3.2). */
const DECLARATION_BYTES = 1024

/** Of UTF-8, not counting ASCII. */
const MIN_CHARACTERS_PER_ERROR = 4

const MIN_THAI_CONSONANTS = 10
// Of windows-874, one byte per character: vowels and tones that stand above or below a consonant; vowels that precede one;
// bytes without a character.
const thaiConsonant = /[\xa1-\xce]/g
const thaiVowel = /[\xd0-\xda\xe0-\xe4]/g
/** For each consonant. Capitals of other alphabets are in the place of consonants only. */
const MIN_THAI_VOWELS = 0.2
const notThai =
  /[^\xa1-\xce\xd1\xd4-\xda\xe7-\xee][\xd1\xd4-\xda\xe7-\xee]|[\xe0-\xe4](?![\xa1-\xce]|$)|[\x81-\x84\x86-\x90\x98-\x9f\xdb-\xde\xfc-\xff]/

/** Below it, the detection reports noise. */
const MIN_CONFIDENCE = 20

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
    decodeDeclared(bytes, declared(ascii(bytes.subarray(0, DECLARATION_BYTES)))) ??
    decodeIso2022Jp(bytes) ??
    decodeUtf8(bytes) ??
    decodeWithoutMark(bytes) ??
    decodeEastAsian(bytes, middle(bytes)) ??
    decodeThai(bytes) ??
    decodeDetected(bytes)
  return isBinary(text) ? undefined : text.replace(binary, "")
}

function isBinary(text: string): boolean {
  const allowed = text.length / CHARACTERS_PER_CONTROL
  let found = 0
  binary.lastIndex = 0
  while (found <= allowed && binary.test(text)) found += 1
  return found > allowed
}

/** The encoding that HTML or XML declares. */
export function declaredEncoding(head: string): string | undefined {
  const [, inXml] = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/i.exec(head) ?? []
  const [, inHtml] = /<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(head) ?? []
  return inXml ?? inHtml
}

/** A declaration that can be read as ASCII is not in UTF-16. What has several characters in the form of UTF-8 is in UTF-8. */
function decodeDeclared(bytes: Uint8Array, encoding: string | undefined): string | undefined {
  if (encoding === undefined || /^(?:utf-?(?:16|32)|ucs)/i.test(encoding)) return undefined
  const text = decodeAs(encoding, bytes)
  const utf8 = text === undefined ? undefined : decodeUtf8Strictly(bytes)
  return utf8 !== undefined && severalOfUtf8.test(utf8) ? utf8 : text
}

const severalOfUtf8 = /(?:[^\0-\x7f][\0-\x7f]*){5}/

function decodeUtf8Strictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Its bytes are ASCII; escape sequences switch to Japanese. */
function decodeIso2022Jp(bytes: Uint8Array): string | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.includes("\x1b$", 0, "latin1") ? decodeAs("iso-2022-jp", bytes) : undefined
}

/**
 * Text may be cut off within a character, or have a few wrong bytes. Most UTF-16 and UTF-32 is valid UTF-8, with control
 * characters.
 */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes)
  return hasCharactersOfUtf8(text) && !isBinary(text) ? text : undefined
}

/** In other encodings, hardly a character has the form of one in UTF-8. */
function hasCharactersOfUtf8(text: string): boolean {
  let errors = 0
  let others = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0xfffd) errors += 1
    else if (code > 0x7f) others += 1
  }
  return others >= errors * MIN_CHARACTERS_PER_ERROR
}

/** The detection takes Thai text for Chinese. Thai marks only follow consonants, and few of its letters are unused. */
function decodeThai(bytes: Uint8Array): string | undefined {
  const sample = ascii(bytes.subarray(0, SAMPLE_BYTES))
  const consonants = sample.match(thaiConsonant)?.length ?? 0
  const vowels = sample.match(thaiVowel)?.length ?? 0
  const hasBoth = consonants >= MIN_THAI_CONSONANTS && vowels >= consonants * MIN_THAI_VOWELS
  const isThai = hasBoth && !notThai.test(sample)
  return isThai ? decodeAs("windows-874", bytes) : undefined
}

function decodeDetected(bytes: Uint8Array): string {
  const sample = middle(bytes)
  const ranked = analyse(sample).flatMap(({ name, confidence }) => (confidence >= MIN_CONFIDENCE ? [name] : []))
  const text = decodeOneByte(bytes, sample, ranked)
  if (text !== undefined) return text
  for (const name of ranked) {
    const detected = decodeAs(name, bytes)
    if (detected !== undefined) return detected
  }
  return new TextDecoder("windows-1252").decode(bytes)
}

/** From the byte before the first one that is not ASCII: a long English preface would decide for the rest. */
function middle(bytes: Uint8Array): Uint8Array {
  const start = Math.max(0, bytes.findIndex((byte) => byte > 0x7f) - 1)
  return bytes.subarray(start, start + SAMPLE_BYTES)
}

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
}

// Decodes UTF-16 and UTF-32, by a byte order mark or by the characters that their bytes give.
import { standardsOf } from "./common-characters.ts"
import { decodeAs } from "./decode-as.ts"

const SAMPLE_BYTES = 64 * 1024

/** Of all characters; the others are rare, or not assigned. */
const MIN_USUAL_SHARE = 0.9

/** A few characters that happen to be usual ones say nothing, unless there are bytes of 0. */
const MIN_CHARACTERS = 8

/** The text when the bytes begin with a byte order mark. */
export function decodeByteOrderMark(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes
  if (first === 0xff && second === 0xfe && third === 0 && fourth === 0) return decodeUtf32(bytes.subarray(4), true)
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return decodeUtf32(bytes.subarray(4), false)
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes)
  if (first === 0xef && second === 0xbb && third === 0xbf) return new TextDecoder().decode(bytes)
  return undefined
}

/** For bytes that are not UTF-8. Undefined when they are neither UTF-16 nor UTF-32. */
export function decodeWithoutMark(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES)
  if (isUsual(decodeUtf32(sample, true))) return decodeUtf32(bytes, true)
  if (isUsual(decodeUtf32(sample, false))) return decodeUtf32(bytes, false)
  const minCharacters = sample.includes(0) ? 1 : MIN_CHARACTERS
  for (const encoding of ["utf-16le", "utf-16be"]) {
    const text = new TextDecoder(encoding).decode(sample)
    if (text.length >= minCharacters && isUsual(text)) return decodeAs(encoding, bytes)
  }
  return undefined
}

/** `TextDecoder` has no UTF-32. A part of a character at the end is left out. */
function decodeUtf32(bytes: Uint8Array, isLittleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: string[] = []
  for (let at = 0; at + 4 <= bytes.byteLength; ) {
    const codePoints: number[] = []
    for (; at + 4 <= bytes.byteLength && codePoints.length < 4096; at += 4) {
      const codePoint = view.getUint32(at, isLittleEndian)
      codePoints.push(codePoint > 0x10ffff ? 0xfffd : codePoint)
    }
    parts.push(String.fromCodePoint(...codePoints))
  }
  return parts.join("")
}

/** Whether a text consists of characters that are usual in texts. */
function isUsual(text: string): boolean {
  let all = 0
  let usual = 0
  for (const character of text) {
    all += 1
    if (isUsualCharacter(character)) usual += 1
  }
  return usual > 0 && usual >= all * MIN_USUAL_SHARE
}

function isUsualCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return code >= 0x20 ? code < 0x7f : space.test(character)
  // Alphabets: bytes of another encoding give these only if they are control characters.
  if (code < firstWithoutAlphabets || code > 0xffff) return assigned.test(character)
  return standardsOf(code) !== 0
}

const space = /[\t\n\f\r]/
/** After the scripts of Ethiopia, Cambodia, Mongolia and others, and the supplements of Latin and Greek. */
const firstWithoutAlphabets = 0x2000
const assigned = /[^\p{C}]|[\u200c-\u200f]/u

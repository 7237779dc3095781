// The characters that Chinese, Japanese and Korean texts mostly consist of, by the standards that list them first.
//
// Bytes that are decoded in a wrong encoding give characters at random, of which a fifth to a third are common ones.

export const simplified = 1
export const traditional = 2
export const japanese = 4
export const korean = 8
/** Hiragana and katakana of full width. */
export const kana = 16
export const punctuation = 32

type Table = { bit: number; encoding: string; leads: readonly [first: number, last: number]; trails: readonly number[] }

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at)
const highTrails = range(0xa1, 0xfe)

// The first levels of GB 2312, Big5 and JIS X 0208, and the Hangul of KS X 1001. JIS is in EUC-JP.
const tables: readonly Table[] = [
  { bit: simplified, encoding: "gb18030", leads: [0xb0, 0xd7], trails: highTrails },
  { bit: traditional, encoding: "big5", leads: [0xa4, 0xc6], trails: [...range(0x40, 0x7e), ...highTrails] },
  { bit: japanese, encoding: "euc-jp", leads: [0xb0, 0xcf], trails: highTrails },
  { bit: korean, encoding: "euc-kr", leads: [0xb0, 0xc8], trails: highTrails },
  { bit: kana, encoding: "euc-jp", leads: [0xa4, 0xa5], trails: highTrails },
]

let known: Uint8Array | undefined

/** The standards that have a character, as bits. @param code of UTF-16 */
export function standardsOf(code: number): number {
  known ??= readTables()
  return known[code] ?? 0
}

function readTables(): Uint8Array {
  const bits = new Uint8Array(65_536)
  for (const { bit, encoding, leads, trails } of tables) {
    const bytes = range(...leads).flatMap((lead) => trails.flatMap((trail) => [lead, trail]))
    const text = new TextDecoder(encoding).decode(Uint8Array.from(bytes))
    for (let at = 0; at < text.length; at += 1) mark(bits, text.charCodeAt(at), bit)
  }
  // Of the general block, of Chinese and Japanese, and of full width; the long vowel of katakana.
  for (const code of [...range(0x2010, 0x203b), ...range(0x3000, 0x303f), ...range(0xff01, 0xff5e)]) {
    mark(bits, code, punctuation)
  }
  mark(bits, 0x30fc, kana)
  // Pairs of bytes without a character are replaced.
  bits[0xfffd] = 0
  return bits
}

function mark(bits: Uint8Array, code: number, bit: number): void {
  // mutants: equivalent, a code unit is below 65,536
  bits[code] = (bits[code] ?? 0) | bit
}

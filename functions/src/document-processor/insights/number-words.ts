// The decimal separator of a language, and its words for powers of ten: "million", "Mio.", "milliards".

/** The decimal separator and the words of powers of ten in a language. */
type NumberWords = { decimal: string; exponents: Map<string, number> }

const languages = ["en", "de", "fr", "es", "it", "pt", "nl"]
/** Abbreviations that Intl does not have. */
const abbreviations: readonly [string, number][] = [
  ["m", 6],
  ["mn", 6],
  ["mm", 6],
  ["mln", 6],
  ["bn", 9],
  ["tn", 12],
  ["mds", 9],
]
const known = new Map<string, NumberWords>()
/** Those of all languages. Listed, because Intl takes 10 ms of CPU time to tell them, and most amounts have no such word. */
const magnitudes = new Set(
  `b bi billion billionen billions billones billón bilhão bilhões biljoen bio bln bn duizend k m md mds mi mil mila
  milhão milhões miliardi miliardo milione milioni miljard miljoen mille milliard milliarde milliarden milliards million
  millionen millions millones millón mio mld mln mm mn mrd t tausend thousand tn tri trilhão trilhões trillion`.split(
    /\s+/,
  ),
)

/** Whether a word multiplies the number before it in one of the languages that are known. */
export function isMagnitude(word: string): boolean {
  return magnitudes.has(word.toLowerCase())
}

/**
 * The power of ten that a word means in a language, or else in the first of the others: a billion has nine zeros in English
 * and twelve in German.
 */
export function exponentOf(word: string, language: string | null): number {
  if (word === "") return 0
  for (const each of [language ?? "en", ...languages]) {
    const exponent = numberWords(each).exponents.get(word.toLowerCase())
    if (exponent !== undefined) return exponent
  }
  return 0
}

export function decimalSeparator(language: string): string {
  return numberWords(language).decimal
}

function numberWords(language: string): NumberWords {
  const found = known.get(language) ?? readNumberWords(language)
  known.set(language, found)
  return found
}

function readNumberWords(language: string): NumberWords {
  const exponents = new Map(abbreviations)
  const parts = (value: number, compactDisplay: "long" | "short") =>
    new Intl.NumberFormat(language, { notation: "compact", compactDisplay }).formatToParts(value)
  for (const exponent of [3, 6, 9, 12]) {
    for (const count of [1, 2]) {
      for (const display of ["long", "short"] as const) {
        const all = parts(count * 10 ** exponent, display)
        const word = all
          .find(({ type }) => type === "compact")
          ?.value.toLowerCase()
          .replace(/\.$/, "")
        const shown = all.find(({ type }) => type === "integer")?.value
        // "mil millones" is two words, and "1000 M" in Spanish is not a word for a billion.
        if (word && /^\p{L}+$/u.test(word) && shown === String(count)) exponents.set(word, exponent)
      }
    }
  }
  const decimal =
    new Intl.NumberFormat(language).formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? "."
  return { decimal, exponents }
}

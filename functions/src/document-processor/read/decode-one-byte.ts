// Recognizes encodings of one byte per character by the alphabets of languages: decoded in a wrong encoding, a text has letters
// that are in no alphabet together, signs within words, or capitals within words. That takes some ten letters; the detection
// by frequencies takes some hundred.
import { decodeAs } from "./decode-as.ts"

type Alphabet = {
  /** Those that have all of its letters, the usual ones first. */
  encodings: readonly string[]
  /** Letters that are not ASCII, in lower case. */
  letters: ReadonlySet<string>
  /** The most frequent ones, of alphabets that are not Latin. */
  frequent?: ReadonlySet<string>
}

const western = ["windows-1252"]
const central = ["windows-1250", "iso-8859-2"]
const cyrillic = ["windows-1251", "koi8-u", "iso-8859-5", "ibm866", "x-mac-cyrillic"]
const russian = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
const arabic = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأؤإئ"

const latin = (encodings: readonly string[], letters: string): Alphabet => ({ encodings, letters: new Set(letters) })
const other = (encodings: readonly string[], letters: string, frequent: string): Alphabet => ({
  ...latin(encodings, letters),
  frequent: new Set(frequent),
})

const alphabets: readonly Alphabet[] = [
  // French, Spanish, Portuguese, Italian, German, Swedish, Danish and Norwegian, Icelandic.
  ...["àâæçéèêëîïôœùûü", "áéíñóúü", "áâãàçéêíóôõú", "àèéìòóù", "äöüß", "åäöé", "æøåé", "áðéíóúýþæö"].map((letters) =>
    latin(western, letters),
  ),
  // Names and words of these languages in a text of another one; without Icelandic, whose letters are Turkish ones.
  latin(western, "àâæçéèêëîïôœùûüáíñóúãõìòäößåø"),
  // Polish, Czech, Slovak, Hungarian, Romanian, Croatian and Slovenian.
  ...["ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž"].map((letters) =>
    latin(central, letters),
  ),
  latin(["windows-1254"], "çğıöşüâî"),
  // Lithuanian, Latvian, Estonian.
  ...["ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"].map((letters) => latin(["windows-1257"], letters)),
  other(cyrillic, russian, "оеаинтсрвл"),
  other(cyrillic.slice(0, 2), "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "оанвитіерс"),
  other(["windows-1253", "iso-8859-7"], "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "αοιετσνηυρ"),
  other(["windows-1255"], "אבגדהוזחטיךכלםמןנסעףפץצקרשת", "יוהלארתבשמ"),
  other(["windows-1256", "iso-8859-6"], arabic, "اليمنورتب"),
  other(["windows-1256"], `${arabic}پچژگکیھ`, "اایرنمدهوت"),
]

const SAMPLE_BYTES = 16 * 1024
const MIN_SCORE = 0.85
/** Fewer are also a Western text if that is possible. */
const SURE_LETTERS = 3
const MIN_WESTERN_SCORE = 0.75

type Candidate = {
  encoding: string
  /** From 0 to 1: how well the characters that are not ASCII fit to the alphabet. */
  score: number
  /** How many of them are letters of the alphabet. */
  letters: number
}

/**
 * @param sample of the bytes, from the one before the first that is not ASCII
 * @param ranked encodings as the detection by frequencies ranks them, which decides between texts that are equally likely
 * @returns undefined when no alphabet fits
 */
export function decodeOneByte(bytes: Uint8Array, sample: Uint8Array, ranked: readonly string[]): string | undefined {
  const texts = new Map<string, string | undefined>()
  let best: Candidate[] = []
  let westernScore = 0
  for (const alphabet of alphabets) {
    for (const encoding of alphabet.encodings) {
      if (!texts.has(encoding)) texts.set(encoding, decodeAs(encoding, sample.subarray(0, SAMPLE_BYTES)))
      const candidate = { encoding, ...scoreOf(texts.get(encoding) ?? "", alphabet) }
      if (encoding === "windows-1252") westernScore = Math.max(westernScore, candidate.score)
      if (candidate.letters === 0 || candidate.score < Math.max(MIN_SCORE, best[0]?.score ?? 0)) continue
      if (candidate.score > (best[0]?.score ?? 0)) best = []
      best.push(candidate)
    }
  }
  const [first] = best
  // A sign or two of a Western text are letters in other encodings.
  if ((first?.letters ?? 0) < SURE_LETTERS && westernScore >= MIN_WESTERN_SCORE) return decodeAs("windows-1252", bytes)
  if (!first) return undefined
  const names = ranked.map(nameOf)
  const preferred = names.flatMap((name) => best.find(({ encoding }) => encoding === name) ?? [])[0]
  return decodeAs((preferred ?? first).encoding, bytes)
}

/** As `TextDecoder` names it: windows-1252 for ISO-8859-1. */
function nameOf(encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding).encoding
  } catch {
    return undefined
  }
}

function scoreOf(text: string, { letters, frequent }: Alphabet): Omit<Candidate, "encoding"> {
  let all = 0
  let found = 0
  let foundLetters = 0
  let foundFrequent = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) < 0x80) continue
    const character = text[at] as string
    const [before = "", after = ""] = [text[at - 1], text[at + 1]]
    all += 1
    if (sign.test(character)) {
      const isInWord = letter.test(before) && letter.test(after)
      if (!isInWord || joiner.test(character)) found += SIGN
      continue
    }
    const small = character.toLowerCase()
    if (!letters.has(small) || (small === finalSigma && letter.test(after))) continue
    // Words of one script do not contain letters of another one.
    if (frequent && (asciiLetter.test(before) || asciiLetter.test(after))) continue
    if (!(letter.test(before) || letter.test(after))) {
      found += SIGN
      continue
    }
    foundLetters += 1
    if (frequent?.has(small)) foundFrequent += 1
    const isFit = small === character || !letter.test(before) || upper.test(before)
    // Few Latin letters with accents follow each other.
    if (isFit) found += !frequent && letter.test(before) && before > "\x7f" ? SECOND_ACCENT : 1
  }
  const missing = frequent ? Math.max(0, FREQUENT_SHARE - foundFrequent / Math.max(1, foundLetters)) : 0
  return { score: all === 0 ? 0 : found / all - missing / 2, letters: foundLetters }
}

/** Of a text that is decoded right, the ten most frequent letters are about six in ten. */
const FREQUENT_SHARE = 0.6
/** A sign may be a letter of another encoding. */
const SIGN = 0.8
const SECOND_ACCENT = 0.8
const finalSigma = "ς"
const letter = /\p{L}/u
const upper = /\p{Lu}/u
const asciiLetter = /[a-z]/i
const sign = /[\p{P}\p{Sc}\u00a0\u00ad°§©®™²³¹½¼¾±×÷µªº]/u
/** Within words. */
const joiner = /[’‘'·\u00ad–‑-]/u

// Finds the runs of words in a sentence that its key phrases are parts of.
import { isLongWord, isWord, tokensOf } from "./words.ts"

/** Prepositions within the names of things: "proyecto de restauración", "bibliothèque d'objets". */
const connectorsOf = new Map<string, ReadonlySet<string>>([
  ["fr", new Set(["de", "du", "des", "d'"])],
  ["es", new Set(["de", "del"])],
  ["it", new Set(["di", "del", "della", "dei", "delle", "d'"])],
  ["pt", new Set(["de", "do", "da", "dos", "das"])],
])
const noConnectors: ReadonlySet<string> = new Set()

const elided = /^(\p{L}{1,2}|qu)(['’])(?=\p{L})/iu
const singleHan = /^\p{sc=Han}$/u
// Stop words that also end nouns: 志愿者, 委员会.
const hanSuffixes = new Set(["者", "会", "會"])
// In Japanese, verbs, adjectives and particles end so; nouns seldom do.
const hiraganaEnd = /\p{sc=Hiragana}$/u

export type RunOptions = {
  language: string | null
  stops: ReadonlySet<string>
}

/** @param joins the connectors of the language */
export function isConnector(word: string, joins: ReadonlySet<string>): boolean {
  return joins.size > 0 && joins.has(normalized(word))
}

export function connectors(language: string | null): ReadonlySet<string> {
  return connectorsOf.get(language ?? "") ?? noConnectors
}

/**
 * The words between stop words, numbers and punctuation. A connector is in a run if there is a word on both sides of it. A
 * single Chinese character is in a run too: it is often part of a longer word.
 */
export function contentRuns(text: string, { language, stops }: RunOptions): string[][] {
  const joins = connectors(language)
  const runs: string[][] = []
  let run: string[] = []
  const close = () => {
    if (isConnector(run.at(-1) ?? "", joins)) run.pop()
    if (run.length > 0) runs.push(run)
    run = []
  }
  for (const token of language === "fr" || language === "it"
    ? tokensOf(text).flatMap(withoutElision)
    : tokensOf(text)) {
    const word = normalized(token)
    const isSuffix = run.length > 0 && hanSuffixes.has(token)
    const isContent =
      isSuffix || (isWord(token) && !stops.has(word) && !hiraganaEnd.test(token) && isPartOfPhrase(token))
    const joinsWords = run.length > 0 && isConnector(token, joins) && !isConnector(run.at(-1) ?? "", joins)
    if (isContent || joinsWords) run.push(token)
    else close()
  }
  close()
  return runs
}

function isPartOfPhrase(token: string): boolean {
  return isLongWord(token) || singleHan.test(token)
}

/** "d'objets" is two words, of which the first is an article or a preposition. */
function withoutElision(token: string): string[] {
  const [start = ""] = elided.exec(token) ?? []
  return start === "" ? [token] : [start, token.slice(start.length)]
}

function normalized(token: string): string {
  return token.toLowerCase().replaceAll("’", "'")
}

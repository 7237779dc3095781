// Looks up English words in the lexicon of compromise: what a word is, without the words around it.
//
// `npm run lexicon` writes it to english-lexicon.json, because compromise computes it anew each time it is loaded.

/** What compromise calls the classes of words that are told apart here. */
export type Tag =
  | "FirstName"
  | "MaleName"
  | "FemaleName"
  | "LastName"
  | "Person"
  | "City"
  | "Country"
  | "Region"
  | "Place"
  | "Organization"
  | "SportsTeam"
  | "Demonym"
  | "WeekDay"
  | "Month"

/** The words of each kind, joined by commas; several kinds of the same words are joined by vertical bars. */
export type LexiconFile = {
  tags: Readonly<Record<string, string>>
  /** Of words with two classes: "Noun|Verb", "Person|Place". */
  classes: Readonly<Record<string, string>>
}

export class Lexicon {
  readonly #tags: ReadonlyMap<string, readonly string[]>
  readonly #classes: ReadonlyMap<string, readonly string[]>

  constructor({ tags, classes }: LexiconFile) {
    this.#tags = kindsByWord(tags)
    this.#classes = kindsByWord(classes)
  }

  /** @param words in lower case: one, or the words of a name */
  tagsOf(words: string): readonly string[] {
    return this.#tags.get(words) ?? none
  }

  has(words: string, ...tags: readonly Tag[]): boolean {
    return this.tagsOf(words).some((tag) => (tags as readonly string[]).includes(tag))
  }

  /** The two classes that a word may have; empty for other words. */
  choicesOf(word: string): readonly string[] {
    return this.#classes.get(word) ?? none
  }
}

const none: readonly string[] = []

function kindsByWord(wordsByKind: Readonly<Record<string, string>>): Map<string, readonly string[]> {
  const kinds = new Map<string, readonly string[]>()
  for (const [joined, words] of Object.entries(wordsByKind)) {
    const own = joined.split("|")
    for (const word of words.split(",")) kinds.set(word, own)
  }
  return kinds
}

let loaded: Promise<Lexicon> | undefined

/** Only documents that need it load it, and only once. */
export function loadLexicon(): Promise<Lexicon> {
  loaded ??= import("./english-lexicon.json", { with: { type: "json" } }).then(({ default: file }) => new Lexicon(file))
  return loaded
}

// Looks up English words in the lexicon of compromise: what a word is, without the words around it.

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

export class Lexicon {
  readonly #tags: ReadonlyMap<string, string | readonly string[]>
  /** Of words with two classes: "Noun|Verb", "Person|Place". */
  readonly #classes: ReadonlyMap<string, string>

  constructor(tags: Readonly<Record<string, string | string[]>>, classes: Readonly<Record<string, string>>) {
    this.#tags = new Map(Object.entries(tags))
    this.#classes = new Map(Object.entries(classes))
  }

  /** @param words in lower case: one, or the words of a name */
  tagsOf(words: string): readonly string[] {
    const tags = this.#tags.get(words)
    return tags === undefined ? none : typeof tags === "string" ? [tags] : tags
  }

  has(words: string, ...tags: readonly Tag[]): boolean {
    return this.tagsOf(words).some((tag) => (tags as readonly string[]).includes(tag))
  }

  /** The two classes that a word may have; empty for other words. */
  choicesOf(word: string): readonly string[] {
    return this.#classes.get(word)?.split("|") ?? none
  }
}

const none: readonly string[] = []

let loaded: Promise<Lexicon> | undefined

/** Loading it takes longer than to analyze many pages, so only documents that need it pay, and only once. */
export function loadLexicon(): Promise<Lexicon> {
  loaded ??= import("compromise/two").then(({ default: nlp }) => {
    // The types of the package do not describe the model.
    const { one, two } = nlp.model() as {
      one: { lexicon: Record<string, string | string[]> }
      two: { switches: Record<string, string> }
    }
    return new Lexicon(one.lexicon, two.switches)
  })
  return loaded
}

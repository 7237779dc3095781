// Decides whether an English text uses a word as a noun, since a key phrase ends with one.
import type { Lexicon } from "./lexicon.ts"
import type { Word } from "./vocabulary.ts"

const setOf = (words: string) => new Set(words.split(" "))
/** What is before a noun, and seldom before a verb. */
const beforeNouns = setOf(
  "a an the this these those my your our its their his her each every some any no another other which whose of in on at by for from with without into onto about over under between through during per as both all many several few more most new first second last",
)
/** What is before a verb, and not before a noun. */
const beforeVerbs = setOf(
  "to not will would can could shall should may might must cannot do does did don't doesn't didn't won't can't i you we they he she it who that and then never always also only",
)
/** What is after a verb that has an object. */
const afterVerbs = setOf("the a an this these those them him us me it its their his her your our my that")

/** Words that are neither in the lexicon nor nouns. */
const notNoun = /(?:ly|ed|ous|ful|less|able|ible|ically)$/u

export class NounUses {
  readonly #lexicon: Lexicon
  readonly #sentences: readonly (readonly Word[])[]

  constructor(lexicon: Lexicon, sentences: readonly (readonly Word[])[]) {
    this.#lexicon = lexicon
    this.#sentences = sentences
  }

  isNoun(text: string): boolean {
    const lower = text.toLowerCase()
    switch (this.#classOf(lower)) {
      case "noun":
        return true
      case "other":
        return false
      case "both":
        return this.#isMostlyNoun(lower)
    }
  }

  #classOf(lower: string): "noun" | "other" | "both" {
    const tags = this.#lexicon.tagsOf(lower)
    const choices = this.#lexicon.choicesOf(lower)
    if (choices.length > 0) return choices.some((choice) => nouns.has(choice)) ? "both" : "other"
    if (tags.length === 0) return /ing$/u.test(lower) ? "both" : notNoun.test(lower) ? "other" : "noun"
    if (tags.some((tag) => nouns.has(tag))) return "noun"
    return tags.some((tag) => verbs.has(tag)) ? "both" : "other"
  }

  /** The first uses say as much as all. */
  #isMostlyNoun(lower: string): boolean {
    let balance = 0
    let uses = 0
    for (const words of this.#sentences) {
      for (let at = 0; at < words.length; at += 1) {
        if (words[at]?.lower !== lower) continue
        balance += evidence(words[at - 1]?.lower, words[at + 1]?.lower)
        uses += 1
      }
      if (uses >= maxUses) break
    }
    return balance > 0
  }
}

const maxUses = 40
const nouns: ReadonlySet<string> = setOf(
  "Noun Singular Plural Uncountable Actor Unit Person Place City Country Region Organization SportsTeam FirstName MaleName FemaleName LastName ProperNoun Abbreviation Currency",
)
const verbs: ReadonlySet<string> = setOf("Infinitive PresentTense Gerund Verb Imperative")

function evidence(previous: string | undefined, next: string | undefined): number {
  if (previous !== undefined && beforeVerbs.has(previous)) return -1
  if (next !== undefined && afterVerbs.has(next)) return -1
  if (previous !== undefined && beforeNouns.has(previous)) return 1
  // After another word of a phrase.
  return previous === undefined || !/^\p{L}/u.test(previous) ? -0.5 : 0.5
}

// Selects the people, places and organizations that an English text names from the candidates that compromise finds.
//
// The selection is strict, since one wrong name costs more trust than a missing one.
import { isLegalForm, isOrganization, organizationNames } from "./organization-names.ts"
import type { Term } from "./term.ts"

const keptNames = 12
// Counting the mentions of a name searches the whole text: it is done for the most frequent candidates only.
const countedNames = 200

export type CountedName = { text: string; count: number }

/** @param isKnown whether a single word is the name of a known organization */
export function createNameCollector(isKnown: (word: string) => boolean) {
  const people = new Map<string, number>()
  const places = new Map<string, number>()
  const organizations = new Map<string, number>()
  const guessedPlaces = new Set<string>()

  /** Adds the names in a tagged sentence. */
  function add(sentence: readonly Term[]): void {
    for (const terms of namesIn(sentence, "Person")) count(people, personName(terms))
    for (const terms of namesIn(sentence, "Organization")) count(organizations, organizationName(terms, isKnown))
    for (const terms of namesIn(sentence, "Place")) {
      const words = terms.map(({ text }) => trimWord(text))
      const name = words.join(" ")
      if (!isName(words)) continue
      if (isOrganization(name)) count(organizations, name)
      else if (isKnownPlace(terms)) count(places, name)
      else if (words.length === 1) guessedPlaces.add(name)
    }
  }

  /**
   * The names, ordered by how often the text mentions them.
   *
   * @param authors whom the document names as its authors
   */
  function counted(text: string, authors: readonly string[]) {
    for (const name of organizationNames(text)) count(organizations, name)
    for (const name of [...guessedPlaces].slice(0, countedNames)) if (isUsedAsPlace(text, name)) count(places, name)
    for (const name of authors) count(people, name)
    dropShortNames(people)
    dropParts(organizations, [...organizations.keys()], text)
    dropParts(places, [...organizations.keys()], text)
    dropSharedNames([organizations, places, people])
    const whole = (name: string) => Math.max(1, mentions(text, name))
    const lastName = (name: string) => Math.max(1, mentions(text, name.split(" ").at(-1) ?? name))
    return {
      people: mostNamed(people, lastName),
      places: mostNamed(places, whole),
      organizations: mostNamed(organizations, whole),
    }
  }

  return { add, counted }
}

/** The names of a kind in a sentence: "San Francisco, California" is two places, and "Keller's Brennan" two people. */
function namesIn(sentence: readonly Term[], tag: "Person" | "Place" | "Organization"): Term[][] {
  const names: Term[][] = []
  let name: Term[] = []
  for (const term of sentence) {
    const isPart = term.tags.has(tag)
    if (isPart) name.push(term)
    if (isPart && !term.post.includes(",") && !(tag === "Person" && term.tags.has("Possessive"))) continue
    names.push(name)
    name = []
  }
  return [...names, name].filter((terms) => terms.length > 0)
}

// A word of a name: an upper-case letter, then lower-case letters; also St., O'Neill, Jean-Luc, McKay.
const nameWord = /^(?:\p{Lu}\.?|\p{Lu}[\p{L}'’.-]*\p{Ll}[\p{L}'’.-]*)$/u
const joiningWord = /^(?:of|the|and|for|&|de|da|di|du|del|der|van|von|la|le|bin|al)$/u

/** What compromise takes for a part of the name. */
const roles = new Set(
  "Minister President Chancellor Captain Chairman Chairwoman Director Judge Mayor Senator".split(" "),
)

/** The name without titles: "Dr. Maria Keller" and "Maria Keller" are one. */
function personName(terms: Term[]): string {
  const words = terms
    .filter(({ text, tags }) => !tags.has("Honorific") && !roles.has(text))
    .map(({ text }) => trimWord(text))
  const isPerson = terms.some(({ tags }) => tags.has("FirstName") || tags.has("LastName"))
  return isPerson && isName(words) ? words.join(" ") : ""
}

/** A word like "library" or "site" makes compromise guess too often. */
function isKnownPlace(terms: Term[]): boolean {
  return terms.some(({ tags }) => ["City", "Country", "Region"].some((tag) => tags.has(tag)))
}

/** Whether a guess is right: "in Cornwall", and nowhere "cornwall". */
function isUsedAsPlace(text: string, name: string): boolean {
  return (
    new RegExp(`(?<!\\p{L})(?:in|near|from) ${escaped(name)}(?!\\p{L})`, "u").test(text) &&
    mentions(text, name.toLowerCase()) === 0
  )
}

/** A single word only if it is a known name: compromise reports any abbreviation as an organization. */
function organizationName(terms: Term[], isKnown: (word: string) => boolean): string {
  const words = terms.map(({ text }) => trimWord(text))
  const [first = ""] = words
  if (words.length === 1) return isKnown(first) && !isLegalForm(first) ? first : ""
  const isCapitalized = words.every((word) => joiningWord.test(word) || /^\p{Lu}/u.test(word))
  const isAllCapitals = words.every((word) => !/\p{Ll}/u.test(word))
  return isCapitalized && !isAllCapitals ? words.join(" ") : ""
}

function isName(words: string[]): boolean {
  return words.length <= 5 && words.every((word) => nameWord.test(word) || joiningWord.test(word))
}

function trimWord(text: string): string {
  const word = text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}.]+$/gu, "").replace(/['’]s?$/u, "")
  // The full stop belongs to an initial or an abbreviation such as "Inc."; it is removed from any other word.
  return /^(?:\p{Lu}|Inc|Ltd|Co|Corp|St)\.$/u.test(word) ? word : word.replace(/\.$/, "")
}

function count(names: Map<string, number>, name: string): void {
  if (name.length > 2) names.set(name, (names.get(name) ?? 0) + 1)
}

/** A single "Keller" is a mention of "Maria Keller", or of a person whom a reader cannot identify. */
function dropShortNames(people: Map<string, number>): void {
  for (const name of people.keys()) if (!name.includes(" ")) people.delete(name)
}

/** A name that was found as several kinds is kept as its most frequent kind; the first of the list wins a tie. */
function dropSharedNames(kinds: Map<string, number>[]): void {
  for (const name of new Set(kinds.flatMap((names) => [...names.keys()]))) {
    const counts = kinds.map((names) => names.get(name) ?? 0)
    const winner = counts.indexOf(Math.max(...counts))
    for (const [index, names] of kinds.entries()) if (index !== winner) names.delete(name)
  }
}

function mostNamed(names: Map<string, number>, countOf: (name: string) => number): CountedName[] {
  return [...names.keys()]
    .sort((a, b) => (names.get(b) ?? 0) - (names.get(a) ?? 0))
    .slice(0, countedNames)
    .map((text) => ({ text, count: countOf(text) }))
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
    .slice(0, keptNames)
}

/** Drops names that are mentioned only as a part of a longer name: "Kyoto" of "Kyoto University". */
function dropParts(names: Map<string, number>, longer: readonly string[], text: string): void {
  for (const name of [...names.keys()].slice(0, countedNames)) {
    const containing = longer.filter((other) => other !== name && ` ${other} `.includes(` ${name} `))
    if (containing.length === 0) continue
    const inLonger = containing.reduce((sum, other) => sum + mentions(text, other), 0)
    if (mentions(text, name) <= inLonger) names.delete(name)
  }
}

/** How often the text contains the name as a word: compromise does not find each mention. */
function mentions(text: string, name: string): number {
  return text.match(new RegExp(`(?<![\\p{L}\\p{N}])${escaped(name)}(?![\\p{L}\\p{N}])`, "gu"))?.length ?? 0
}

function escaped(name: string): string {
  return name.replaceAll(".", "\\.")
}

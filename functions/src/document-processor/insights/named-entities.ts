// Selects the people, places and organizations that an English text names from the candidates that compromise finds.
//
// The selection is strict, since one wrong name costs more trust than a missing one.
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

  /** Adds the terms of each match. */
  function add(found: { people: Term[][]; places: Term[][]; organizations: Term[][] }): void {
    for (const terms of found.people.flatMap(splitAtCommas)) count(people, personName(terms))
    for (const terms of found.organizations.flatMap(splitAtCommas))
      count(organizations, organizationName(terms, isKnown))
    for (const terms of found.places.flatMap(splitAtCommas)) {
      const name = placeName(terms)
      count(organizationWord.test(name) ? organizations : places, name)
    }
  }

  /** The names, ordered by how often the text mentions them. */
  function counted(text: string) {
    dropShortNames(people)
    dropSharedNames([organizations, places, people])
    const whole = (name: string) => mentions(text, name)
    const lastName = (name: string) => mentions(text, name.split(" ").at(-1) ?? name)
    return {
      people: mostNamed(people, lastName),
      places: mostNamed(places, whole),
      organizations: mostNamed(organizations, whole),
    }
  }

  return { add, counted }
}

/** "San Francisco, California" is two places. */
function splitAtCommas(terms: readonly Term[]): Term[][] {
  const parts: Term[][] = [[]]
  for (const term of terms) {
    parts.at(-1)?.push(term)
    if (term.post.includes(",")) parts.push([])
  }
  return parts.filter((part) => part.length > 0)
}

const organizationWord =
  /\b(?:Agency|Authority|Association|Bank|Board|Bureau|Commission|Committee|Company|Council|Court|Department|Foundation|Group|Institute|Laboratory|Ministry|Office|Parliament|School|Service|Society|Trust|Union|University)\b/u
// A word of a name: an upper-case letter, then lower-case letters; also St., O'Neill, Jean-Luc, McKay.
const nameWord = /^(?:\p{Lu}\.?|\p{Lu}[\p{L}'’.-]*\p{Ll}[\p{L}'’.-]*)$/u
const joiningWord = /^(?:of|the|and|for|&|de|da|di|du|del|der|van|von|la|le|bin|al)$/u

/** The name without titles: "Dr. Maria Keller" and "Maria Keller" are one. */
function personName(terms: Term[]): string {
  const words = terms.filter(({ tags }) => !tags.has("Honorific")).map(({ text }) => trimWord(text))
  const isPerson = terms.some(({ tags }) => tags.has("FirstName") || tags.has("LastName"))
  return isPerson && isName(words) ? words.join(" ") : ""
}

/** Only places that compromise knows: a word like "library" or "site" makes it guess too often. */
function placeName(terms: Term[]): string {
  const words = terms.map(({ text }) => trimWord(text))
  const isPlace = terms.some(({ tags }) => ["City", "Country", "Region"].some((tag) => tags.has(tag)))
  const isOrganization = organizationWord.test(words.join(" "))
  return (isPlace || isOrganization) && isName(words) ? words.join(" ") : ""
}

/** A single word only if it is a known name: compromise reports any abbreviation as an organization. */
function organizationName(terms: Term[], isKnown: (word: string) => boolean): string {
  const words = terms.map(({ text }) => trimWord(text))
  const [first = ""] = words
  if (words.length === 1) return isKnown(first) ? first : ""
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

/** How often the text contains the name as a word: compromise does not find each mention. */
function mentions(text: string, name: string): number {
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${name.replaceAll(".", "\\.")}(?![\\p{L}\\p{N}])`, "gu")
  return text.match(pattern)?.length ?? 1
}

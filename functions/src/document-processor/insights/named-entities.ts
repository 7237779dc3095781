// The people, places and organizations that an English text names, out of what compromise takes for names.
//
// compromise offers whatever might be a name; this file is strict with it, since one wrong name costs more trust than
// one that is missing.
import type { Term } from "./read-english.ts"

const keptNames = 12

export type CountedName = { text: string; count: number }

/** @param isKnown whether a single word is the name of a known organization. */
export function createNameCollector(isKnown: (word: string) => boolean) {
  const people = new Map<string, number>()
  const places = new Map<string, number>()
  const organizations = new Map<string, number>()

  /** Takes the terms of each match. */
  function add(found: { people: Term[][]; places: Term[][]; organizations: Term[][] }): void {
    for (const terms of found.people.flatMap(splitAtCommas)) count(people, personName(terms))
    for (const terms of found.organizations.flatMap(splitAtCommas))
      count(organizations, organizationName(terms, isKnown))
    for (const terms of found.places.flatMap(splitAtCommas)) {
      const name = placeName(terms)
      count(organizationWord.test(name) ? organizations : places, name)
    }
  }

  /** The names, those first that the text mentions most. */
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
// A word of a name: a capital, then small letters; St., O'Neill, Jean-Luc, McKay too.
const nameWord = /^(?:\p{Lu}\.?|\p{Lu}[\p{L}'’.-]*\p{Ll}[\p{L}'’.-]*)$/u
const joiningWord = /^(?:of|the|and|for|&|de|da|di|du|del|der|van|von|la|le|bin|al)$/u

/** Without titles: "Dr. Maria Keller" and "Maria Keller" are one. */
function personName(terms: Term[]): string {
  const words = terms.filter(({ tags }) => !tags.has("Honorific")).map(({ text }) => trimWord(text))
  const isPerson = terms.some(({ tags }) => tags.has("FirstName") || tags.has("LastName"))
  return isPerson && isName(words) ? words.join(" ") : ""
}

/** Names of places that are known as such: a word like "library" or "site" makes compromise guess too often. */
function placeName(terms: Term[]): string {
  const words = terms.map(({ text }) => trimWord(text))
  const isPlace = terms.some(({ tags }) => ["City", "Country", "Region"].some((tag) => tags.has(tag)))
  const isOrganization = organizationWord.test(words.join(" "))
  return (isPlace || isOrganization) && isName(words) ? words.join(" ") : ""
}

/** A single word only if it is a known name: compromise takes any abbreviation for an organization. */
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
  // A full stop stays with an initial or an abbreviation such as "Inc.", and goes with any other word.
  return /^(?:\p{Lu}|Inc|Ltd|Co|Corp|St)\.$/u.test(word) ? word : word.replace(/\.$/, "")
}

function count(names: Map<string, number>, name: string): void {
  if (name.length > 2) names.set(name, (names.get(name) ?? 0) + 1)
}

/** A bare "Keller" is a mention of "Maria Keller", or of nobody that a reader could place. */
function dropShortNames(people: Map<string, number>): void {
  for (const name of people.keys()) if (!name.includes(" ")) people.delete(name)
}

/** What was taken for several things is kept as what it was taken for most often; the first of the list wins a tie. */
function dropSharedNames(kinds: Map<string, number>[]): void {
  for (const name of new Set(kinds.flatMap((names) => [...names.keys()]))) {
    const counts = kinds.map((names) => names.get(name) ?? 0)
    const winner = counts.indexOf(Math.max(...counts))
    for (const [index, names] of kinds.entries()) if (index !== winner) names.delete(name)
  }
}

function mostNamed(names: Map<string, number>, countOf: (name: string) => number): CountedName[] {
  return [...names.keys()]
    .map((text) => ({ text, count: countOf(text) }))
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
    .slice(0, keptNames)
}

/** How often the text has the name as a word: compromise does not see each mention of a name that it found once. */
function mentions(text: string, name: string): number {
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${name.replaceAll(".", "\\.")}(?![\\p{L}\\p{N}])`, "gu")
  return text.match(pattern)?.length ?? 1
}

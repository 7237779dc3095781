// Selects the people, places and organizations that an English text names.
//
// The selection is strict, since one wrong name costs more trust than a missing one.
import type { Lexicon } from "./lexicon.ts"
import type { NameChain } from "./name-chains.ts"
import { isLegalForm, isOrganization, organizationNames } from "./organization-names.ts"

const keptNames = 12
// Counting the mentions of a name searches the names that share a word: it is done for the most frequent candidates only.
const countedNames = 200

export type CountedName = { text: string; count: number }
type Counts = Map<string, number>

export type EnglishNames = {
  people: CountedName[]
  places: CountedName[]
  organizations: CountedName[]
}

type Text = {
  chains: readonly NameChain[]
  lexicon: Lexicon
  /** Whether the text has the word in this spelling. */
  hasWord(word: string): boolean
  authors: readonly string[]
}

export function englishNames({ chains, lexicon, hasWord, authors }: Text): EnglishNames {
  const people: Counts = new Map()
  const places: Counts = new Map()
  const organizations: Counts = new Map()
  const unknown = new Map<string, { count: number; asPlace: number }>()
  const isOrdinary = (word: string) => hasWord(word.toLowerCase())

  for (const chain of chains) {
    const named = organizationNames(chain.text)
    for (const name of named) count(organizations, name, chain.count)
    if (landformOf.test(chain.text)) {
      count(places, chain.text, chain.count)
      continue
    }
    for (const [index, segment] of chain.segments.entries()) {
      const text = segment.join(" ")
      if (named.some((name) => ` ${name} `.includes(` ${text} `) || ` ${text} `.includes(` ${name} `))) continue
      const kind = kindOf(segment, { lexicon, isOrdinary })
      if (kind?.type === "person") count(people, kind.name, chain.count)
      if (kind?.type === "place") count(places, kind.name, chain.count)
      if (kind?.type === "organization") count(organizations, kind.name, chain.count)
      if (kind === undefined && segment.length === 1 && !isOrdinary(text) && isPlaceWord(text, lexicon)) {
        const uses = unknown.get(text) ?? { count: 0, asPlace: 0 }
        uses.count += chain.count
        if (index === 0) uses.asPlace += chain.asPlace
        unknown.set(text, uses)
      }
    }
  }
  // A word that is unknown and mostly after "in" or "from" is the name of a place.
  for (const [name, uses] of unknown) if (uses.asPlace * 2 > uses.count) count(places, name, uses.count)
  for (const name of authors) count(people, name, 1)
  dropLastNames(places, people)
  const mentions = createMentions(chains)
  dropParts(organizations, [...organizations.keys()], mentions)
  dropParts(places, [...organizations.keys()], mentions)
  dropSharedNames([organizations, places, people])
  const whole = (name: string) => Math.max(1, mentions(name))
  const lastName = (name: string) => Math.max(1, mentions(name.split(" ").at(-1) ?? name))
  return {
    people: mostNamed(people, lastName),
    places: mostNamed(places, whole),
    organizations: mostNamed(organizations, whole),
  }
}

// A word of a name: an upper-case letter, then lower-case letters; also St., O'Neill, Jean-Luc, McKay.
const nameWord = /^(?:\p{Lu}\.?|\p{Lu}[\p{L}'’.-]*\p{Ll}[\p{L}'’.-]*)$/u
const particle = /^\p{Ll}+$/u
const lastNameForm = /^(?:[OD]['’]|Mc|Mac)\p{Lu}\p{Ll}/u
const initial = /^\p{Lu}\.?$/u

/** Before the name of a person. */
const titles = new Set(
  "Mr Mr. Mrs Mrs. Ms Ms. Dr Dr. Prof Prof. Professor Sir Lady Lord Dame King Queen Prince Princess Saint Captain Colonel General Judge Minister President Chancellor Chairman Chairwoman Director Mayor Senator Governor Premier Ambassador Inspector Bishop".split(
    " ",
  ),
)
/** Before a title: "Prime Minister", "Transport Minister". */
const maxTitleWords = 2
/** At the start or end of the name of a place. */
const landforms = new Set(
  "Bay Sound Lake River Island Islands Valley Mountain Mountains Sea Ocean Strait Peninsula Coast Desert Hills Falls Fjord Glacier".split(
    " ",
  ),
)

const landformOf = /^(?:Gulf|Bay|Strait|Isle|Cape|Sea) of (?:the )?\p{Lu}[\p{L}’'-]*$/u

type Named = { type: "person" | "place" | "organization"; name: string }
type Knowledge = { lexicon: Lexicon; isOrdinary(word: string): boolean }

function kindOf(segment: readonly string[], knowledge: Knowledge): Named | undefined {
  const { lexicon } = knowledge
  const name = segment.join(" ")
  const lower = name.toLowerCase()
  const isWellFormed = segment.length <= 5 && segment.every((word) => nameWord.test(word) || particle.test(word))
  if (lexicon.has(lower, "Organization", "SportsTeam") && !isLegalForm(name)) return { type: "organization", name }
  if (!isWellFormed) return undefined
  if (isPlace(lower, lexicon)) return { type: "place", name }
  const title = titleLength(segment)
  const words = segment.slice(title)
  if (isPerson(words, title > 0, knowledge)) return { type: "person", name: words.join(" ") }
  const isLandform = landforms.has(segment.at(-1) ?? "") && segment.length > 1 && !titles.has(segment[0] ?? "")
  return isLandform ? { type: "place", name } : undefined
}

function isPlace(lower: string, lexicon: Lexicon): boolean {
  return lexicon.has(lower, "City", "Country", "Region", "Place") || lexicon.choicesOf(lower).includes("Place")
}

/** Also after "in" or "from": months, languages, and what is written or works in a language or program. */
const notPlace =
  /^(?:March|May|August|.*ish|.*ese|.*\p{Ll}\p{Lu}.*|Java|Python|Rust|Ruby|Perl|Swift|Kotlin|Node|Deno|Lambda|Linux|Windows|Docker|Unicode|Excel|Internet|Congress|Heaven|Christ)$/u

/** Whether a word in upper case, which no list has, may be the name of a place. */
function isPlaceWord(word: string, lexicon: Lexicon): boolean {
  const isKnown = lexicon.tagsOf(word.toLowerCase()).length > 0
  return word.length > 3 && !isKnown && nameWord.test(word) && !notPlace.test(word)
}

function titleLength(words: readonly string[]): number {
  const last = words.slice(0, maxTitleWords + 1).findLastIndex((word) => titles.has(word))
  return last + 1
}

function isPerson(words: readonly string[], hasTitle: boolean, { lexicon, isOrdinary }: Knowledge): boolean {
  const [first = "", ...others] = words
  const last = others.at(-1)
  if (last === undefined || words.length > 4 || isOrganization(words.join(" "))) return false
  if (particle.test(first) || landforms.has(last) || isLegalForm(last)) return false
  const isName = (word: string) => lexicon.has(word.toLowerCase(), "FirstName", "MaleName", "FemaleName", "LastName")
  const isUnknown = (word: string) => lexicon.tagsOf(word.toLowerCase()).length === 0 && !isOrdinary(word)
  const isNamePart = (word: string) => particle.test(word) || initial.test(word) || isName(word) || isUnknown(word)
  if (!others.slice(0, -1).every(isNamePart)) return false
  if (hasTitle) return isNamePart(first) && isNamePart(last)
  const isAmbiguous = lexicon.choicesOf(first.toLowerCase()).length > 0 || isOrdinary(first)
  const isFirstName = lexicon.has(first.toLowerCase(), "FirstName", "MaleName", "FemaleName", "Person")
  if (isFirstName && !isAmbiguous) return isNamePart(last) || (words.length === 2 && isLastName(last))
  const isLast = lexicon.has(last.toLowerCase(), "LastName") || lastNameForm.test(last)
  if (isFirstName) return isLast
  if (initial.test(first)) return isLast || (isUnknown(last) && last.length > 2)
  return isLast && isUnknown(first) && !isOrdinary(last)

  /** "Hall" and "Bell" are words too, but this text does not use them. */
  function isLastName(word: string): boolean {
    const lower = word.toLowerCase()
    return !isOrdinary(word) && !isPlace(lower, lexicon) && !lexicon.has(lower, "Demonym", "WeekDay", "Month")
  }
}

function count(names: Counts, name: string, times: number): void {
  if (name.length > 2) names.set(name, (names.get(name) ?? 0) + times)
}

/** "Dahl" alone is a mention of "Ingrid Dahl". */
function dropLastNames(names: Counts, people: Counts): void {
  for (const person of people.keys()) for (const word of person.split(" ")) names.delete(word)
}

/** A name that was found as several kinds is kept as its most frequent kind; the first of the list wins a tie. */
function dropSharedNames(kinds: Counts[]): void {
  for (const name of new Set(kinds.flatMap((names) => [...names.keys()]))) {
    const counts = kinds.map((names) => names.get(name) ?? 0)
    const winner = counts.indexOf(Math.max(...counts))
    for (const [index, names] of kinds.entries()) if (index !== winner) names.delete(name)
  }
}

function mostNamed(names: Counts, countOf: (name: string) => number): CountedName[] {
  return [...names.keys()]
    .sort((a, b) => (names.get(b) ?? 0) - (names.get(a) ?? 0))
    .slice(0, countedNames)
    .map((text) => ({ text, count: countOf(text) }))
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
    .slice(0, keptNames)
}

/** Drops names that are mentioned only as a part of a longer name: "Kyoto" of "Kyoto University". */
function dropParts(names: Counts, longer: readonly string[], mentions: (name: string) => number): void {
  for (const name of [...names.keys()].slice(0, countedNames)) {
    const containing = longer.filter((other) => other !== name && ` ${other} `.includes(` ${name} `))
    if (containing.length === 0) continue
    const inLonger = containing.reduce((sum, other) => sum + mentions(other), 0)
    if (mentions(name) <= inLonger) names.delete(name)
  }
}

/** How often the text has a name, alone or within a longer one. */
function createMentions(chains: readonly NameChain[]): (name: string) => number {
  const byWord = new Map<string, NameChain[]>()
  for (const chain of chains) {
    for (const word of new Set(chain.text.split(" "))) {
      const found = byWord.get(word)
      if (found) found.push(chain)
      else byWord.set(word, [chain])
    }
  }
  return (name) => {
    const [first = ""] = name.split(" ")
    const containing = (byWord.get(first) ?? []).filter(({ text }) => ` ${text} `.includes(` ${name} `))
    return containing.reduce((sum, chain) => sum + chain.count, 0)
  }
}

// Finds names of organizations by the words that they contain: compromise knows few names that are not famous.

/** What an organization is, in its name: "Harrow Council", "Ministry of Transport". */
const kinds =
  "Academy|Administration|Agency|Association|Authority|Bank|Board|Bureau|Clinic|Coalition|College|Commission|Committee|Company|Confederation|Corporation|Council|Court|Department|Directorate|Federation|Foundation|Fund|Group|Hospital|Institute|Laboratory|Laboratories|League|Ministry|Museum|Observatory|Office|Organi[sz]ation|Parliament|School|Service|Society|Tribunal|Trust|Union|University"
/** What a company does, at the end of its name: "Nordsea Lines". */
const trades =
  "Airlines|Airways|Bakeries|Breweries|Capital|Consulting|Electric|Electronics|Energy|Engineering|Holdings?|Industries|Insurance|Labs|Lines|Logistics|Media|Motors|Partners|Pharma|Pharmaceuticals|Press|Railways?|Research|Robotics|Software|Solutions|Steel|Systems|Technologies|Telecom|Yards"
const legalForms = "Inc|Ltd|Limited|LLC|PLC|plc|Corp|Co|GmbH|AG|SE|SA|SAS|SpA|NV|BV|AB|AS|Oy|Oyj|KK"

const word = "\\p{Lu}[\\p{L}\\p{N}’'-]*"
const joined = `(?: (?:of|for)(?: the)?(?: ${word}){1,3})`
/** Each with a word that it requires, and few texts have all: together, the patterns take 20 ms of CPU time to compile. */
const patterns = [
  // Harrow Council; Austrian Association of Cities; Technical University of Graz
  { required: kinds, pattern: `(?:${word} ){1,4}(?:${kinds})${joined}?(?! ${word})` },
  // Ministry of Transport; Institute for Urban Water
  { required: `(?:${kinds}) (?:of|for)`, pattern: `(?:${kinds})${joined}` },
  { required: ` (?:${trades})`, pattern: `(?:${word} ){1,3}(?:${trades})(?: (?:${legalForms})\\b\\.?)?` },
  { required: ` (?:${legalForms})\\b`, pattern: `(?:${word} ){1,4}(?:${legalForms})\\b` },
].map(({ required, pattern }) => ({
  required: new RegExp(required),
  pattern: new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, "gu"),
}))

// At the start of a sentence, or without a name of its own: "The Board", "Our School", "Annual Report".
const notOfAName =
  /^(?:The|A|An|This|That|These|Our|Their|His|Her|Its|My|Your|Each|Every|Some|Any|No|All|In|At|By|For|From|Of|On|To|With|And|But|Or|If|When|While|Since|After|Before|Both|Earlier|Later|New|Old|Present|However|Its|Mr|Mrs|Ms|Dr) /u

const legalForm = new RegExp(`^(?:${legalForms})\\.?$`, "u")
const hasKind = new RegExp(`(?<!\\p{L})(?:${kinds})(?!\\p{L})`, "u")

/** Whether a name contains what an organization is. */
export function isOrganization(name: string): boolean {
  return hasKind.test(name)
}

/** Whether a word is "Inc." or the like, and no name alone. */
export function isLegalForm(word: string): boolean {
  return legalForm.test(word)
}

/** The names in a text, each once. */
export function organizationNames(text: string): string[] {
  const names = new Set<string>()
  for (const { required, pattern } of patterns) {
    if (!required.test(text)) continue
    for (const [match] of text.matchAll(pattern)) {
      const name = withoutStart(match)
      // Text in capitals has no names that can be told apart.
      if (name.includes(" ") && /\p{Ll}/u.test(name)) names.add(name)
    }
  }
  return [...names]
}

function withoutStart(name: string): string {
  const rest = name.replace(notOfAName, "")
  return rest === name ? name : withoutStart(rest)
}

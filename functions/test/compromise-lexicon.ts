// Takes the lexicon out of compromise, in the form in which the document processor loads it: to compute it takes
// compromise a third of a second of CPU time, and to parse this form 20 ms.
import nlp from "compromise/two"
import type { LexiconFile } from "../src/document-processor/insights/lexicon.ts"

export function compromiseLexicon(): LexiconFile {
  // The types of the package do not describe the model.
  const { one, two } = nlp.model() as {
    one: { lexicon: Record<string, string | string[]> }
    two: { switches: Record<string, string> }
  }
  return { tags: wordsByKind(one.lexicon), classes: wordsByKind(two.switches) }
}

/** No word has a comma, and no kind a vertical bar. */
function wordsByKind(kinds: Readonly<Record<string, string | string[]>>): Record<string, string> {
  const byKind = Map.groupBy(Object.keys(kinds).toSorted(), (word) => [kinds[word] ?? []].flat().join("|"))
  return Object.fromEntries([...byKind].map(([kind, words]): [string, string] => [kind, words.join(",")]).toSorted())
}

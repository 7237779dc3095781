// Finds the runs of words in a sentence that its key phrases are parts of.
import type { Word } from "./vocabulary.ts"

// Stop words that also end nouns: 志愿者, 委员会.
const hanSuffixes = new Set(["者", "会", "會"])

/** The words between stop words, numbers and punctuation. A connector is in a run if there is a word on both sides of it. */
export function contentRuns(words: readonly Word[]): Word[][] {
  const runs: Word[][] = []
  let run: Word[] = []
  for (const word of words) {
    if (word.isContent || (run.length > 0 && continues(word, run))) {
      run.push(word)
      continue
    }
    if (run.length === 0) continue
    close(run, runs)
    run = []
  }
  close(run, runs)
  return runs
}

function continues(word: Word, run: readonly Word[]): boolean {
  return hanSuffixes.has(word.text) || (word.isConnector && run.at(-1)?.isConnector === false)
}

function close(run: Word[], runs: Word[][]): void {
  if (run.at(-1)?.isConnector) run.pop()
  if (run.length > 0) runs.push(run)
}

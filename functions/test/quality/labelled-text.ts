// The shape of a text of the quality set: written for it, with a summary, key phrases and names that a reader would give.

export type Names = {
  people: readonly string[]
  places: readonly string[]
  organizations: readonly string[]
}

export type LabelledText = {
  /** Names the text in a report. */
  name: string
  language: string
  text: string
  /** In a reader's words. */
  summary: string
  /** About ten, in the spelling of the text. */
  phrases: readonly string[]
  /** Only of English texts, since names are not searched for in others. */
  names?: Names
}

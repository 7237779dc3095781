// What was learned from a document once every page has been read.
import * as v from "valibot"

const counted = v.object({ text: v.string(), count: v.number() })

export const insightsSchema = v.object({
  /** From the document's own metadata or its first heading; null when neither tells. */
  title: v.nullable(v.string()),
  /** ISO 639-1, or null when the text is too short to tell. */
  language: v.nullable(v.string()),
  pages: v.number(),
  words: v.number(),
  characters: v.number(),
  /** At 230 words a minute, rounded up. */
  readingMinutes: v.number(),
  /** Three to five sentences of the document itself, in their order. */
  summary: v.array(v.string()),
  /** The most telling phrases, best first. */
  keyphrases: v.array(counted),
  people: v.array(counted),
  places: v.array(counted),
  organizations: v.array(counted),
  /** Pages on which no text was found: pictures, or blank. 1-based. */
  pagesWithoutText: v.array(v.number()),
})
export type Insights = v.InferOutput<typeof insightsSchema>

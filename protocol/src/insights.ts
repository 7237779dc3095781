// The schema of a document's insights, which are stored when every page is processed.
import * as v from "valibot"

const counted = v.object({
  text: v.string(),
  count: v.number(),
  /** The first page that it was found on, from 1. Absent when that is unknown. */
  page: v.optional(v.number()),
})

const heading = v.object({
  text: v.string(),
  /** From 1, the highest. */
  level: v.number(),
  /** Absent when it is unknown. */
  page: v.optional(v.number()),
})

/** The first page that it was found on, from 1. */
const page = v.number()

export const insightsSchema = v.object({
  /** From the document's metadata or its first heading; null when it has neither. */
  title: v.nullable(v.string()),
  /** ISO 639-1, or null when the text is too short to detect it. */
  language: v.nullable(v.string()),
  pages: v.number(),
  words: v.number(),
  characters: v.number(),
  /** At 230 words a minute, rounded up. */
  readingMinutes: v.number(),
  /** Three to five sentences of the document, in their order. */
  summary: v.array(v.string()),
  /** The page of each sentence of the summary; null when it is unknown. Absent in documents that were read without. */
  summaryPages: v.optional(v.array(v.nullable(v.number()))),
  /** What wrote the summary, which then consists of paragraphs. Absent when its sentences are quoted from the document. */
  summaryBy: v.optional(v.object({ engine: v.literal("bedrock"), model: v.string() })),
  /** The most relevant phrases, best first. */
  keyphrases: v.array(counted),
  people: v.array(counted),
  places: v.array(counted),
  organizations: v.array(counted),
  /** Numbers of the pages without text (images, or blank), from 1. */
  pagesWithoutText: v.array(v.number()),
  /**
   * Numbers of the pages whose text cannot be read, from 1: their fonts do not say which characters the glyphs are. Nothing
   * else of the insights counts them. Insights that were stored before this field existed do not have it.
   */
  unreadablePages: v.optional(v.array(v.number())),
  /** Numbers of the pages whose text was recognized in their image (OCR), from 1. Absent when text recognition is off. */
  recognizedPages: v.optional(v.array(v.number())),
  /** Numbers of the pages in which recognition failed, from 1. They are also in one of the two lists above. */
  pagesNotRecognized: v.optional(v.array(v.number())),
  /**
   * The bookmarks of a PDF, or the headings, in their order. Insights that were stored before this field and the three
   * below existed do not have them.
   */
  outline: v.optional(v.array(heading)),
  /** `date` is YYYY-MM-DD, `text` is as written. */
  dates: v.optional(v.array(v.object({ date: v.string(), text: v.string(), page }))),
  /** `currency` is ISO 4217, `text` is as written. */
  amounts: v.optional(v.array(v.object({ currency: v.string(), value: v.number(), text: v.string(), page }))),
  /** Addresses with http:, https: or mailto:, in the text or behind it. */
  links: v.optional(v.array(v.object({ url: v.string(), page }))),
})
export type Insights = v.InferOutput<typeof insightsSchema>

// GET /documents/{documentId}/search: finds the pages that contain a query.
//
// Here and not in the page, because a document of 5,000 pages has some 15 MB of text, which this function reads within a
// second, and a browser would have to download for a single search. There is no index: a document is searched rarely,
// and its text is deleted after a week.
import { maxQueryCharacters, normalizeText, type SearchResponse, searchPattern } from "@document-insight/protocol"
import { mayWatch } from "../document-access.ts"
import { blockOf, type PageText } from "../storage/page-blocks.ts"
import { pageNumber } from "./page-number.ts"
import type { ReadDocumentRequest } from "./read-document.ts"
import {
  type DocumentsApiDependencies,
  documentNotFound,
  type ProblemResult,
  type RouteResult,
  textIsGone,
  textNotReady,
} from "./route-result.ts"

export type SearchRequest = ReadDocumentRequest & {
  query: string
  /** The page to start at. */
  from: string | undefined
}

type Match = SearchResponse["matches"][number]

const maxMatches = 100
/** Blocks that are requested at the same time; their text is in memory. */
const blocksAtOnce = 8
/** The part of the function's timeout that a search uses. The caller continues with `nextPage`. */
const searchMs = 3_000
const excerptCharacters = 60

export async function searchDocument(
  { documentId, session, shareToken, query, from = "1" }: SearchRequest,
  { documents, texts }: Pick<DocumentsApiDependencies, "documents" | "texts">,
): Promise<RouteResult> {
  const document = await documents.find(documentId)
  if (!document || !mayWatch(document, session, shareToken)) return documentNotFound()
  const pattern = searchPattern(query)
  if (!pattern) return badRequest("q", `"q" must be the text to search for: 1 to ${maxQueryCharacters} characters.`)
  const firstSearched = pageNumber(from)
  if (firstSearched === 0) return badRequest("from", `"from" must be the number of a page, such as 1.`)
  if (!document.insights) return textNotReady()
  const { firstPages } = document
  if (!firstPages) return textIsGone()

  const response: SearchResponse = { documentId, query, matches: [], nextPage: null }
  const stopAt = performance.now() + searchMs
  const firstBlock = Math.max(0, blockOf(firstSearched, firstPages))
  for (let block = firstBlock; block < firstPages.length; block += blocksAtOnce) {
    const indexes = firstPages.slice(block, block + blocksAtOnce).map((_, index) => block + index)
    const found = await Promise.all(indexes.map((index) => texts.read(documentId, index)))
    for (const [index, pages] of found.entries()) {
      if (!pages) return textIsGone()
      const firstPage = firstPages[block + index] ?? 0
      response.nextPage = searchPages({ pages, firstPage, from: firstSearched, pattern, stopAt }, response.matches)
      if (response.nextPage !== null) return { statusCode: 200, body: response }
    }
  }
  return { statusCode: 200, body: response }
}

type PagesToSearch = { pages: PageText[]; firstPage: number; from: number; pattern: RegExp; stopAt: number }

/** Adds the pages that match. @returns the page to continue at when the limits are reached before the end */
function searchPages({ pages, firstPage, from, pattern, stopAt }: PagesToSearch, matches: Match[]): number | null {
  for (const [index, { text }] of pages.entries()) {
    const page = firstPage + index
    if (page < from) continue
    // At least one page is searched, so that the caller gets on.
    if (page > from && (matches.length >= maxMatches || performance.now() > stopAt)) return page
    const match = searchPage(page, normalizeText(text), pattern)
    if (match) matches.push(match)
  }
  return null
}

function searchPage(page: number, text: string, pattern: RegExp): Match | undefined {
  pattern.lastIndex = 0
  const first = pattern.exec(text)
  if (!first) return undefined
  let count = 1
  while (pattern.exec(text)) count += 1
  const end = first.index + first[0].length
  return {
    page,
    count,
    before: onOneLine(textBefore(text, first.index)),
    match: onOneLine(first[0]),
    after: onOneLine(textAfter(text, end)),
  }
}

/** Begins with a whole word. A script without spaces is cut anywhere. */
function textBefore(text: string, end: number): string {
  const start = end - excerptCharacters
  return start <= 0 ? text.slice(0, end) : text.slice(start, end).replace(/^\S{1,20}\s+(?=\S)/, "")
}

function textAfter(text: string, start: number): string {
  const end = start + excerptCharacters
  return end >= text.length ? text.slice(start) : text.slice(start, end).replace(/(?<=\S)\s+\S{1,20}$/, "")
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, " ").toWellFormed()
}

function badRequest(field: string, message: string): ProblemResult {
  return { statusCode: 400, body: { message, field } }
}

// Text in which the matches of a search are marked.
import { normalizeText, searchPattern } from "@document-insight/protocol"
import { Fragment } from "react"

// More are of no use to a reader, and each is an element of the page.
const maxMarks = 500

export function MarkedText({ text, find }: { text: string; find: string | undefined }) {
  const pattern = find === undefined ? undefined : searchPattern(find)
  if (!pattern) return text
  const normalized = normalizeText(text)
  const matches = [...normalized.matchAll(pattern)].slice(0, maxMarks)
  let end = 0
  const parts = matches.map(({ index, 0: match }) => {
    const before = normalized.slice(end, index)
    end = index + match.length
    return (
      <Fragment key={index}>
        {before}
        <mark>{match}</mark>
      </Fragment>
    )
  })
  return (
    <>
      {parts}
      {normalized.slice(end)}
    </>
  )
}

// Shows the text of a page, with previous and next, and with the matches of a search marked.
import type { PageResponse } from "@document-insight/protocol"
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react"
import { Button } from "react-aria-components"
import { messageOf } from "../documents/message-of.ts"
import { reflowLines } from "../formatting/reflow-lines.ts"
import { useExpandedDocument } from "./document-view-context.ts"
import { MarkedText } from "./MarkedText.tsx"
import { PageImage } from "./PageImage.tsx"
import { PageTexts } from "./page-texts.ts"
import { useLostFocus } from "./use-lost-focus.ts"
import { hasThumbnails } from "./use-thumbnail.ts"
import { ViewLink } from "./ViewLink.tsx"

type PageReaderProps = {
  name: string
  page: number
  pages: number
  /** A text to mark. */
  find: string | undefined
  lang: string | undefined
  /** Whether the text was recognized in the image of the page. */
  isRecognized: boolean
}

type PageState = { shown?: PageResponse; isLoading: boolean; problem?: string | undefined }

// Longer ones are sentences of the summary, which occur once.
const maxRepeatedCharacters = 60

export function PageReader({ name, page, pages, find, lang, isRecognized }: PageReaderProps) {
  const { documentId, client, show } = useExpandedDocument()
  const texts = useMemo(() => new PageTexts(client, documentId), [client, documentId])
  const { state, retry } = usePage(texts, page, pages)
  const { shown, isLoading, problem } = state
  const heading = useLostFocus<HTMLHeadingElement>()
  const section = useRef<HTMLElement>(null)
  const turnTo = (to: number) => show({ page: to, find }, { replace: true })

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another page or text is marked
  useLayoutEffect(() => {
    const mark = section.current?.querySelector("mark")
    if (mark) mark.scrollIntoView({ block: "center" })
    else if ((section.current?.getBoundingClientRect().top ?? 0) < 0) section.current?.scrollIntoView()
  }, [shown, find])

  return (
    <section ref={section} className="reader" aria-label={`Pages of ${name}`} data-testid="reader">
      <div className="reader-bar">
        <h4 ref={heading} tabIndex={-1}>
          Page {page} of {pages}
        </h4>
        <p className="visually-hidden" role="status">
          {shown && !isLoading && `Page ${page} of ${pages} is shown`}
        </p>
        <PageField page={page} pages={pages} onChange={turnTo} />
        {pages > 1 && (
          <div className="reader-turn">
            <Button className="button button-small" isDisabled={page <= 1} onPress={() => turnTo(page - 1)}>
              Previous
              <span className="visually-hidden"> page</span>
            </Button>
            <Button className="button button-small" isDisabled={page >= pages} onPress={() => turnTo(page + 1)}>
              Next
              <span className="visually-hidden"> page</span>
            </Button>
          </div>
        )}
      </div>
      {find !== undefined && find.length <= maxRepeatedCharacters && (
        <p className="reader-found">
          <ViewLink view={{ find }}>
            All pages with “<bdi>{find}</bdi>”
          </ViewLink>
        </p>
      )}
      {problem !== undefined && (
        <div className="error-box">
          <p className="error-message">{problem}</p>
          <Button className="button button-small" onPress={retry}>
            Try again
          </Button>
        </div>
      )}
      {shown && problem === undefined && (
        <div className="reader-page" data-has-image={hasThumbnails(name) || undefined}>
          <div className="reader-sheet" aria-busy={isLoading} data-page={shown.page}>
            {shown.text.trim() === "" ? (
              <p className="note">This page has no text. It is probably an image, or blank.</p>
            ) : (
              <div className="reader-text" dir="auto" lang={lang}>
                <MarkedText text={reflowLines(shown.text)} find={find} />
              </div>
            )}
            {isRecognized && (
              <p className="note">This text was recognized in the image of the page. It may contain errors.</p>
            )}
            {shown.isTruncated && (
              <p className="note">This page is very long. Only its first 250,000 characters are kept.</p>
            )}
          </div>
          {hasThumbnails(name) && <PageImage page={page} />}
        </div>
      )}
      {!shown && isLoading && <p className="document-loading">Loading page</p>}
    </section>
  )
}

/** The page before is shown until the next one has arrived. */
function usePage(texts: PageTexts, page: number, pages: number) {
  const [state, setState] = useState<PageState>({ isLoading: true })
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt requests the page again
  useEffect(() => {
    let isCurrent = true
    setState(({ shown }) => ({ ...(shown && { shown }), isLoading: true }))
    texts.get(page).then(
      (shown) => {
        if (!isCurrent) return
        setState({ shown, isLoading: false })
        if (page < pages) texts.get(page + 1).catch(() => {})
      },
      (error) => isCurrent && setState({ isLoading: false, problem: messageOf(error) }),
    )
    return () => {
      isCurrent = false
    }
  }, [texts, page, pages, attempt])
  return { state, retry: () => setAttempt((attempts) => attempts + 1) }
}

/** Leads to any page. A number that is being typed is not an address yet. */
function PageField({ page, pages, onChange }: { page: number; pages: number; onChange: (page: number) => void }) {
  const [typed, setTyped] = useState<string>()
  if (pages < 3) return null
  const submit = () => {
    const number = Math.round(Number(typed))
    if (typed !== undefined && typed !== "" && Number.isFinite(number)) {
      onChange(Math.min(pages, Math.max(1, number)))
    }
    setTyped(undefined)
  }
  return (
    <form
      className="reader-field"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <label>
        Go to page
        <input
          className="search"
          inputMode="numeric"
          value={typed ?? String(page)}
          onChange={({ currentTarget }) => setTyped(currentTarget.value.replace(/\D/g, "").slice(0, 6))}
          onFocus={({ currentTarget }) => currentTarget.select()}
          onBlur={submit}
        />
      </label>
    </form>
  )
}

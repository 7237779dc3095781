// One document of the list: a compact row with its name, progress and actions. Expanded, it shows its insights, its
// pages, or a search in it.
import type { Insights } from "@document-insight/protocol"
import { memo, useEffect, useMemo, useRef, useState } from "react"
import { Button } from "react-aria-components"
import { addressOf, type DocumentView } from "../browser/document-route.ts"
import {
  canCancel,
  canChooseFile,
  canRemove,
  canRetry,
  canUnlock,
  type DocumentItem,
  phaseOf,
} from "../documents/document-item.ts"
import { formatBytes } from "../formatting/format-bytes.ts"
import type { StatusText } from "../formatting/status-text.ts"
import { DocumentViews } from "../reader/DocumentViews.tsx"
import { DocumentViewContext, type ExpandedDocument } from "../reader/document-view-context.ts"
import type { TextClient } from "../reader/page-texts.ts"
import { CopyLinkButton, ShareButton } from "../sign-in/ShareButton.tsx"
import { ChooseFileButton } from "./ChooseFileButton.tsx"
import { DocumentActions } from "./DocumentActions.tsx"
import { DocumentIcon } from "./DocumentIcon.tsx"
import { DocumentInsights } from "./DocumentInsights.tsx"
import { DocumentProgressBar } from "./DocumentProgressBar.tsx"
import { SummaryDraft } from "./DocumentSummary.tsx"
import { isSameRow } from "./is-same-row.ts"
import { PasswordForm } from "./PasswordForm.tsx"

type DocumentRowProps = {
  item: DocumentItem
  text: StatusText
  isExpanded: boolean
  /** Whether an image may be chosen as its file. */
  acceptsImages: boolean
  /** Scrolls to the row when it is shown for the first time. */
  isScrolledTo: boolean
  /** What is shown of the document when it is expanded. */
  view: DocumentView
  client: TextClient
  actions: RowActions
}

/** What a person does with a document. The same object for all rows, and at all times. */
export type RowActions = {
  show: ExpandedDocument["show"]
  toggle: (item: DocumentItem) => void
  remove: (item: DocumentItem) => void
  cancel: (item: DocumentItem) => void
  retry: (item: DocumentItem) => void
  chooseFile: (item: DocumentItem, file: File) => void
  unlock: (item: DocumentItem, password: string) => Promise<void>
  loadInsights: (item: DocumentItem) => void
}

export const DocumentRow = memo(Row, isSameRow)

function Row(props: DocumentRowProps) {
  const { item, text, isExpanded, isScrolledTo, actions } = props
  const { sizeBytes, insights, progress } = item
  const name = item.fileName || "Document"
  const phase = phaseOf(item)
  const row = useRef<HTMLElement>(null)
  /** Whether a password was entered here, which was wrong if the form is shown again. */
  const [wasUnlocked, setWasUnlocked] = useState(false)

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the row is shown for the first time
  useEffect(() => {
    if (isScrolledTo) row.current?.scrollIntoView({ block: "start" })
  }, [])

  return (
    <article
      ref={row}
      className="document"
      aria-label={name}
      data-testid="document"
      data-status={text.status}
      data-phase={phase}
      data-expanded={isExpanded || undefined}
    >
      <header className="document-header">
        <DocumentIcon item={item} client={props.client} />
        <div className="document-name">
          {/* The script of a name may run in the other direction, and what is too long is cut at the end. */}
          <h3 dir="auto">
            <Name {...props} name={name} />
          </h3>
          <p className="document-facts">
            {sizeBytes > 0 && <span className="document-size">{formatBytes(sizeBytes)}</span>}
            <span>{phase === "failed" ? "Failed" : text.line}</span>
            {phase === "complete" && insights.step === "loaded" && (
              <span>
                {insights.insights.pages} {insights.insights.pages === 1 ? "page" : "pages"}
              </span>
            )}
            {text.pace && <span className="document-pace">{text.pace}</span>}
          </p>
          {phase === "active" && text.advice && <p className="document-warning">{text.advice}</p>}
          {text.warning && <p className="document-warning">{text.warning}</p>}
        </div>
        <RowButtons {...props} name={name} />
      </header>
      <p className="visually-hidden" role="status">
        {text.announcement}
      </p>

      {phase === "active" && text.status !== "queued" && (
        <DocumentProgressBar
          label={`${text.status === "uploading" ? "Uploading" : "Processing"} ${name}`}
          isUpload={text.status === "uploading"}
          isStalled={text.warning !== undefined}
          line={text.line}
          percent={text.percent}
          pagesProcessed={progress?.pagesProcessed ?? 0}
          pages={progress?.totalPages ?? 0}
        />
      )}

      {phase === "active" && progress?.summaryText && <SummaryDraft name={name} text={progress.summaryText} />}

      {phase === "failed" && (
        <div className="error-box">
          <p className="error-message">{text.line}</p>
          {text.advice && <p>{text.advice}</p>}
          {canUnlock(item) && (
            <PasswordForm
              name={name}
              isRepeated={wasUnlocked}
              onUnlock={async (password) => {
                await actions.unlock(item, password)
                setWasUnlocked(true)
              }}
            />
          )}
        </div>
      )}

      {isExpanded && insights.step === "loaded" && (
        <ExpandedViews {...props} insights={insights.insights} name={name} />
      )}
      {item.isOwn && item.documentId !== undefined && (isExpanded || phase === "active") && (
        <ShareButton documentId={item.documentId} name={name} />
      )}
      {isExpanded && insights.step === "loading" && <p className="document-loading">Loading insights</p>}
      {insights.step === "failed" && (
        <div className="error-box">
          <p className="error-message">{insights.message}</p>
          <Button className="button button-small" onPress={() => actions.loadInsights(item)}>
            Try again
          </Button>
        </div>
      )}
    </article>
  )
}

function ExpandedViews({ insights, name, ...props }: DocumentRowProps & { insights: Insights; name: string }) {
  const { view, client, actions } = props
  const { documentId } = props.item
  const expanded = useMemo(
    () => (documentId === undefined ? undefined : { documentId, client, show: actions.show }),
    [documentId, client, actions],
  )
  return (
    <DocumentViewContext value={expanded}>
      <DocumentViews name={name} view={view} insights={insights}>
        <DocumentInsights fileName={name} insights={insights} />
        <DocumentActions fileName={name} insights={insights}>
          {documentId !== undefined && <CopyLinkButton documentId={documentId} name={name} />}
        </DocumentActions>
      </DocumentViews>
    </DocumentViewContext>
  )
}

/** A link to the document's address, which expands it here. There is nothing to expand before it is complete. */
function Name({ item, isExpanded, actions, name }: DocumentRowProps & { name: string }) {
  if (phaseOf(item) !== "complete") return name
  return (
    <a
      href={addressOf(isExpanded ? undefined : item.documentId)}
      className="document-link"
      aria-expanded={isExpanded}
      onClick={(event) => {
        // Other clicks open the address in another tab.
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        actions.toggle(item)
      }}
    >
      {name}
    </a>
  )
}

function RowButtons({ item, acceptsImages, actions, name }: DocumentRowProps & { name: string }) {
  const isFailure = item.upload.step !== "cancelled"
  return (
    <div className="document-buttons">
      {phaseOf(item) === "complete" && (
        <svg className="document-chevron" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M5.5 8l4.5 4.5L14.5 8" />
        </svg>
      )}
      {canRetry(item) && (
        <Button className="button button-small" onPress={() => actions.retry(item)}>
          {isFailure ? "Try again" : "Upload again"}
          <span className="visually-hidden">: {name}</span>
        </Button>
      )}
      {canChooseFile(item) && (
        <ChooseFileButton name={name} acceptsImages={acceptsImages} onFile={(file) => actions.chooseFile(item, file)} />
      )}
      {phaseOf(item) === "active" && item.documentId !== undefined && (
        <CopyLinkButton isIcon documentId={item.documentId} name={name} />
      )}
      {canCancel(item) && (
        <Button
          className="button-text document-cancel"
          aria-label={`Cancel ${name}`}
          onPress={() => actions.cancel(item)}
        >
          <span>Cancel</span>
          <Cross />
        </Button>
      )}
      {canRemove(item) && (
        <Button className="button-quiet" aria-label={`Remove ${name}`} onPress={() => actions.remove(item)}>
          <Cross />
        </Button>
      )}
    </div>
  )
}

function Cross() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M5.5 5.5l9 9M14.5 5.5l-9 9" />
    </svg>
  )
}
